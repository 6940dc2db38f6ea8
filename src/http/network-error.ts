/** What went wrong on the network, in the one fact that the user needs. */
import { isNativeError } from 'node:util/types';
import { AuthctlError, type ErrorCode } from '../errors.ts';

/** Where a request was going, and how far it had come when it failed. */
export interface Way {
  /** The server: scheme, host and port. */
  readonly origin: string;
  /** The proxy, without user name and password; absent where there is none. */
  readonly proxy?: string;
  /** The variable that named the proxy. */
  readonly proxyVariable?: string;
  stage: Stage;
}

/** What it is waiting for: the proxy's connection, the server's, the answer, or the answer's end. */
export type Stage = 'proxy' | 'connection' | 'answer' | 'body';

/** A request that got no answer. */
export interface Failure {
  readonly error: Error;
  /** Whether another attempt may go better. */
  readonly passing: boolean;
}

interface Fact {
  readonly code: ErrorCode;
  readonly says: (way: Way, peer: string) => string;
  readonly hint?: string;
  readonly passing?: true;
}

const refused: Fact = {
  code: 'network',
  says: (_, peer) => `${peer} refused the connection`,
  hint: 'check the host and the port, and that the server runs',
  passing: true,
};
const reset: Fact = {
  code: 'network',
  says: ({ stage }, peer) =>
    stage === 'body'
      ? `${peer} closed the connection in the middle of its answer`
      : `${peer} closed the connection without an answer`,
  passing: true,
};
const unreachable: Fact = {
  code: 'network',
  says: (_, peer) => `${peer} cannot be reached from this machine`,
  hint: 'check the network connection, a VPN, and HTTPS_PROXY',
  passing: true,
};
const notHttp: Fact = {
  code: 'bad_answer',
  says: (_, peer) => `${peer} answered something that is not HTTP`,
  hint: 'check the port, and whether the URL is https',
};

const ownAuthority = 'if you trust its authority, give its certificate with --cacert <file>';
const selfSigned: Fact = {
  code: 'tls',
  says: (_, peer) => `the certificate of ${peer} is self-signed`,
  hint: ownAuthority,
};
const unknownAuthority: Fact = {
  code: 'tls',
  says: (_, peer) => `the certificate of ${peer} was issued by an unknown authority`,
  hint: ownAuthority,
};
const oldTls: Fact = {
  code: 'tls',
  says: (_, peer) => `${peer} speaks no version of TLS that is safe (1.2 or later)`,
};
const clientCertificate: Fact = {
  code: 'tls',
  says: (_, peer) => `${peer} did not accept the client certificate, or asks for one`,
  hint: 'give one with --cert <file> and --key <file>',
};
const expired: Fact = {
  code: 'tls',
  says: (_, peer) => `the certificate of ${peer} has expired`,
  hint: "if it has not, check this machine's clock",
};

/** By the code of Node's, OpenSSL's or undici's error. */
const facts: Readonly<Record<string, Fact>> = {
  EAI_AGAIN: {
    code: 'network',
    says: () => '',
    hint: 'check the network connection',
    passing: true,
  },
  ENOTFOUND: { code: 'network', says: () => '', hint: 'check the spelling of the host' },
  ECONNREFUSED: refused,
  ECONNRESET: reset,
  ECONNABORTED: reset,
  EPIPE: reset,
  UND_ERR_SOCKET: reset,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: reset,
  HPE_INVALID_EOF_STATE: reset,
  ETIMEDOUT: {
    code: 'network',
    says: (_, peer) => `${peer} does not answer: the connection timed out`,
    passing: true,
  },
  EHOSTUNREACH: unreachable,
  EHOSTDOWN: unreachable,
  ENETUNREACH: unreachable,
  ENETDOWN: unreachable,
  EADDRNOTAVAIL: unreachable,
  UND_ERR_HEADERS_OVERFLOW: {
    code: 'bad_answer',
    says: (_, peer) => `${peer} answered with more headers than are read`,
  },
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: {
    code: 'tls',
    says: (_, peer) => `the certificate of ${peer} is not valid yet`,
    hint: "check this machine's clock",
  },
  CERT_REVOKED: { code: 'tls', says: (_, peer) => `the certificate of ${peer} was revoked` },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    code: 'tls',
    says: (_, peer) => `the certificate of ${peer} is for another host`,
    hint: 'check the host in the URL',
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  ERR_SSL_UNSUPPORTED_PROTOCOL: oldTls,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: oldTls,
  ERR_SSL_WRONG_VERSION_NUMBER: {
    code: 'tls',
    says: (_, peer) => `${peer} does not speak TLS`,
    hint: 'check the port, and whether the URL is https',
  },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: {
    code: 'tls',
    says: (_, peer) => `${peer} does not speak TLS`,
    hint: 'check the port, and whether the URL is https',
  },
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: clientCertificate,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: clientCertificate,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: clientCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: clientCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: clientCertificate,
};

const otherTls = /^(ERR_SSL_|ERR_TLS_|CERT_|EPROTO$|UNABLE_TO_|INVALID_CA$|INVALID_PURPOSE$)/;

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
  const fact = factOf(code, error.message);
  const message =
    code === 'ENOTFOUND'
      ? `cannot find the host ${host}`
      : code === 'EAI_AGAIN'
        ? `cannot look up the host ${host}`
        : fact.says(way, peer);
  const { hint, passing = false } = fact;
  const details = {
    ...(hint === undefined ? {} : { hint }),
    // What undici could not read of an answer may hold a token, and stands in its error.
    ...(fact.code === 'bad_answer' ? {} : { cause: error }),
  };
  return { error: new AuthctlError(fact.code, message, details), passing };
}

/** undici leaves the code of its parser's errors out. */
function codeOf(error: Error): string | undefined {
  if (error.name === 'HTTPParserError')
    return /EOF/.test(error.message) ? 'HPE_INVALID_EOF_STATE' : 'HPE_OTHER';
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function factOf(code: string, message: string): Fact {
  // An answer that undici cannot take comes under the code of a closed connection.
  if (code === 'HPE_OTHER' || (code === 'UND_ERR_SOCKET' && /^bad /.test(message))) return notHttp;
  const known = facts[code];
  if (known !== undefined) return known;
  if (otherTls.test(code))
    return { code: 'tls', says: (_, peer) => `no secure connection to ${peer} (${code})` };
  return { code: 'network', says: (_, peer) => `the connection to ${peer} failed (${code})` };
}

/** The proxy's answer to CONNECT, or to a request over plain http that it was to pass on. */
function proxyRefusal(status: number, { origin, proxy, proxyVariable }: Way): Failure {
  if (status === 407)
    return {
      error: new AuthctlError(
        'network',
        `the proxy ${proxy} asks for authentication, or refused what it was given (407)`,
        {
          hint: `put the user name and password into ${proxyVariable}: http://<user>:<password>@…`,
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
  return new AuthctlError('timeout', `${missing} within ${timeout / 1000} s`, {
    hint: 'try again, or give it longer with --timeout <duration>',
  });
}
