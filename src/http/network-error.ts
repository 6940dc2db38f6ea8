/** What went wrong on the network, in the one fact that the user needs. */
import { isNativeError } from 'node:util/types';
import { AuthctlError, hint, named, systemErrorCode } from '../errors.ts';
import {
  factOf,
  facts,
  selfSigned,
  unknownAuthority,
  unreachable,
  type Way,
} from './network-facts.ts';

/** A request that got no answer. */
export interface Failure {
  readonly error: Error;
  /** Whether another attempt may go better. */
  readonly passing: boolean;
}

/**
 * Says what an error of Node's or undici's means. One that is not about the network is handed back
 * as it is: it is a bug. No message holds a header, a body, or a URL's user name and password.
 */
export function networkFailure(raw: unknown, way: Way): Failure {
  const error = mostTelling(raw);
  const proxyAnswer = /^Proxy (?:response \((\d+)\)|Authentication Required)/.exec(error.message);
  if (proxyAnswer !== null) return proxyRefusal(Number(proxyAnswer[1] ?? 407), way);
  const code = codeOf(error);
  if (code === undefined) return { error, passing: false };

  const peer = peerOf(way);
  const host = 'hostname' in error && typeof error.hostname === 'string' ? error.hostname : peer;
  const fact = factOf(code, error.message, way.stage);
  const message =
    code === 'ENOTFOUND'
      ? `cannot find the host ${host}`
      : code === 'EAI_AGAIN'
        ? `cannot look up the host ${host}`
        : fact.says(way, peer);
  const { passing = false } = fact;
  const details = {
    ...(fact.hint === undefined ? {} : { hint: fact.hint }),
    // What undici could not read of an answer may hold a token, and stands in its error.
    ...(fact.code === 'bad_answer' ? {} : { cause: error }),
  };
  return { error: new AuthctlError(fact.code, message, details), passing };
}

/** Whether a failure is nothing but a certificate of an authority that is not among the trusted. */
export function isUnknownAuthority({ error }: Failure): boolean {
  const code = systemErrorCode(error.cause);
  const fact = code === undefined ? undefined : facts[code];
  return fact === unknownAuthority || fact === selfSigned;
}

/** undici leaves the code of its parser's errors out. */
function codeOf(error: Error): string | undefined {
  if (error.name === 'HTTPParserError')
    return /EOF/.test(error.message) ? 'HPE_INVALID_EOF_STATE' : 'HPE_OTHER';
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** The proxy's answer to CONNECT, or to a request over plain http that it was to pass on. */
function proxyRefusal(status: number, { origin, proxy, proxyVariable }: Way): Failure {
  // Some say 401 where they mean 407.
  if (status === 407 || status === 401)
    return {
      error: new AuthctlError(
        'network',
        `the proxy ${proxy} asks for authentication, or refused what it was given (${status})`,
        {
          hint: hint`put the user name and password into ${named(proxyVariable ?? '')}: http://<user>:<password>@…`,
        },
      ),
      passing: false,
    };
  const message = `the proxy ${proxy} did not connect to ${origin} (${status})`;
  return { error: new AuthctlError('network', message), passing: status >= 502 && status <= 504 };
}

/** Whom the request was talking to when it failed. */
export function peerOf({ stage, proxy, origin }: Way): string {
  return stage === 'proxy' && proxy !== undefined ? `the proxy ${proxy}` : origin;
}

/** Of a host's several addresses, one that is merely out of reach (often IPv6) says the least. */
function mostTelling(raw: unknown): Error {
  if (!isNativeError(raw)) return new Error(String(raw));
  if ('errors' in raw && Array.isArray(raw.errors)) {
    const errors = raw.errors.filter(isNativeError);
    return errors.find((error) => facts[codeOf(error) ?? ''] !== unreachable) ?? errors[0] ?? raw;
  }
  // The proxy's own certificate: undici wraps that error.
  if (codeOf(raw) === 'UND_ERR_PRX_TLS' && isNativeError(raw.cause)) return raw.cause;
  return raw;
}

/** The error of an exchange that did not end in time. @param timeout in milliseconds */
export function timeoutError(way: Way, timeout: number): AuthctlError {
  const peer = peerOf(way);
  const missing =
    way.stage === 'body'
      ? `the answer of ${peer} had not ended`
      : way.stage === 'answer'
        ? `no answer from ${peer}`
        : `no connection to ${peer}`;
  const seconds = Math.round(timeout / 100) / 10;
  return new AuthctlError('timeout', `${missing} within ${seconds} s`, {
    hint: 'try again, or give it longer with --timeout <duration>',
  });
}
