/** Turns errors of Node and undici into errors that tell the user what failed on the network. */
import { isNativeError } from 'node:util/types';
import { AuthctlError, hint, named, systemErrorCode } from '../errors.ts';
import {
  type Connection,
  problemOf,
  problems,
  unreachable,
  untrusted,
} from './network-problems.ts';

/** A request that got no answer. */
export interface Failure {
  readonly error: Error;
  /** Whether another attempt may succeed, and the server has not acted on this one. */
  readonly transient: boolean;
}

/**
 * The failure for an error of Node or undici. An error that is not about the network is a bug and is
 * returned as it is. No message has a header, a body, or a URL's user name and password in it.
 */
export function networkFailure(raw: unknown, connection: Connection): Failure {
  const error = mostSpecific(raw);
  const proxyAnswer = /^Proxy (?:response \((\d+)\)|Authentication Required)/.exec(error.message);
  if (proxyAnswer !== null) return proxyRefusal(Number(proxyAnswer[1] ?? 407), connection);
  const code = codeOf(error);
  if (code === undefined) return { error, transient: false };

  const peer = peerOf(connection);
  const named = 'hostname' in error && typeof error.hostname === 'string' ? error.hostname : peer;
  // The error of another runtime names no host.
  const host = URL.canParse(named) ? new URL(named).hostname || named : named;
  const problem = problemOf(code, error.message, connection.stage);
  const message =
    code === 'ENOTFOUND'
      ? `cannot find the host ${host}`
      : code === 'EAI_AGAIN'
        ? `cannot look up the host ${host}`
        : problem.message(connection, peer);
  // Once the request has been sent, the server may have acted on it: some close the connection after a
  // wrong password, and count it.
  const wasSent = connection.stage === 'answer' || connection.stage === 'body';
  const transient = problem.transient === true && !wasSent;
  const details = {
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    // undici's error quotes the bytes that it could not parse, which may hold a token.
    ...(problem.code === 'bad_answer' ? {} : { cause: error }),
  };
  return { error: new AuthctlError(problem.code, message, details), transient };
}

/** Whether the only problem is that the server's certificate comes from an untrusted authority. */
export function isUnknownAuthority({ error }: Failure): boolean {
  const code = systemErrorCode(error.cause);
  const problem = code === undefined ? undefined : problems[code];
  return problem !== undefined && untrusted.has(problem);
}

/** The error's code; undici's parser errors have none, so they get one here. */
function codeOf(error: Error): string | undefined {
  if (error.name === 'HTTPParserError')
    return /EOF/.test(error.message) ? 'HPE_INVALID_EOF_STATE' : 'HPE_OTHER';
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** @param status of the proxy's answer to CONNECT, or to a plain http request */
function proxyRefusal(status: number, { origin, proxy, proxyVariable }: Connection): Failure {
  // Some proxies answer 401 instead of 407.
  if (status === 407 || status === 401)
    return {
      error: new AuthctlError(
        'network',
        `the proxy ${proxy} requires authentication, or refused the given password (${status})`,
        {
          hint: hint`put the user name and password into ${named(proxyVariable ?? '')}: http://<user>:<password>@…`,
        },
      ),
      transient: false,
    };
  const message = `the proxy ${proxy} did not connect to ${origin} (${status})`;
  return { error: new AuthctlError('network', message), transient: status >= 502 && status <= 504 };
}

/** The proxy while the request is connecting to it, else the server. */
export function peerOf({ stage, proxy, origin }: Connection): string {
  return stage === 'proxy' && proxy !== undefined ? `the proxy ${proxy}` : origin;
}

/** Of the errors for a host's addresses, the first that is not just an unreachable (often IPv6) one. */
function mostSpecific(raw: unknown): Error {
  if (!isNativeError(raw)) return new Error(String(raw));
  if ('errors' in raw && Array.isArray(raw.errors)) {
    const errors = raw.errors.filter(isNativeError);
    return (
      errors.find((error) => problems[codeOf(error) ?? ''] !== unreachable) ?? errors[0] ?? raw
    );
  }
  // undici wraps the error for the proxy's own certificate.
  if (codeOf(raw) === 'UND_ERR_PRX_TLS' && isNativeError(raw.cause)) return raw.cause;
  return raw;
}

/** @param timeout milliseconds that all attempts together were allowed */
export function timeoutError(connection: Connection, timeout: number): AuthctlError {
  const peer = peerOf(connection);
  const activity =
    connection.stage === 'body'
      ? `reading the answer from ${peer}`
      : connection.stage === 'answer'
        ? `waiting for an answer from ${peer}`
        : `connecting to ${peer}`;
  const seconds = Math.round(timeout / 100) / 10;
  return new AuthctlError('timeout', `timed out after ${seconds} s while ${activity}`, {
    hint: 'try again, or allow more time with --timeout <duration>',
  });
}
