/** Maps the error codes of Node, OpenSSL and undici to messages, hints and the program's codes. */
import { type ErrorCode, type Hint, hint } from '../errors.ts';
import type { Stage } from './message.ts';

/** A request's connection: its ends, and how far the request has come. */
export interface Connection {
  /** The server: scheme, host and port. */
  readonly origin: string;
  /** The proxy, without user name and password; absent for a direct connection. */
  readonly proxy?: string;
  /** The variable that names the proxy. */
  readonly proxyVariable?: string;
  /** The file of --cert. */
  readonly cert?: string;
  stage: Stage;
}

/** What an error code means. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: (connection: Connection, peer: string) => string;
  readonly hint?: Hint;
  /** Whether another attempt may succeed. */
  readonly transient?: true;
}

const refused: Problem = {
  code: 'network',
  message: (_, peer) => `${peer} refused the connection`,
  hint: hint`check the host and the port, and that the server is running`,
  transient: true,
};
const reset: Problem = {
  code: 'network',
  message: ({ stage, origin, proxy }, peer) => {
    const when = stage === 'body' ? 'in the middle of the answer' : 'without an answer';
    // Either end may have closed a tunnel.
    if (proxy !== undefined && stage !== 'proxy')
      return `the connection to ${origin} through the proxy ${proxy} was closed ${when}`;
    return `${peer} closed the connection ${when}`;
  },
  transient: true,
};
export const unreachable: Problem = {
  code: 'network',
  message: (_, peer) => `${peer} cannot be reached from this machine`,
  hint: hint`check the network connection, the VPN and the proxy settings`,
  transient: true,
};
const notHttp: Problem = {
  code: 'bad_answer',
  message: (_, peer) => `${peer} did not answer with valid HTTP`,
  hint: hint`check the port, and whether the URL is https`,
};

const ownAuthority = hint`if you trust the authority that issued it, pass that authority's certificate with --cacert <file>`;
const selfSigned: Problem = {
  code: 'tls',
  message: (_, peer) => `the certificate of ${peer} is self-signed`,
  hint: ownAuthority,
};
const unknownAuthority: Problem = {
  code: 'tls',
  message: (_, peer) => `the certificate of ${peer} was issued by an unknown authority`,
  hint: ownAuthority,
};
/** The server sent its own certificate alone. */
const unknownIssuer: Problem = {
  code: 'tls',
  message: (connection, peer) =>
    `${unknownAuthority.message(connection, peer)}: the server sent no intermediate certificate, or its authority is not trusted`,
  hint: hint`if you trust the authority that issued it, pass that authority's certificate, and the intermediate one, with --cacert <file>`,
};
export const untrusted: ReadonlySet<Problem> = new Set([
  selfSigned,
  unknownAuthority,
  unknownIssuer,
]);
const oldTls: Problem = {
  code: 'tls',
  message: (_, peer) => `${peer} does not support TLS 1.2 or later`,
};
const clientCertificate: Problem = {
  code: 'tls',
  message: ({ cert }, peer) =>
    cert === undefined
      ? `${peer} requires a client certificate`
      : `${peer} refused the client certificate in ${cert}`,
  hint: hint`use --cert <file> and --key <file> with a certificate that the server accepts`,
};
const expired: Problem = {
  code: 'tls',
  message: (_, peer) => `the certificate of ${peer} has expired`,
  hint: hint`if it should still be valid, check this machine's clock`,
};

/** By the error's code. */
export const problems: Readonly<Record<string, Problem>> = {
  EAI_AGAIN: {
    code: 'network',
    message: () => '',
    hint: hint`check the network connection`,
    transient: true,
  },
  ENOTFOUND: { code: 'network', message: () => '', hint: hint`check the spelling of the host` },
  ECONNREFUSED: refused,
  ECONNRESET: reset,
  ECONNABORTED: reset,
  EPIPE: reset,
  UND_ERR_SOCKET: reset,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: reset,
  HPE_INVALID_EOF_STATE: reset,
  ETIMEDOUT: {
    code: 'network',
    message: (_, peer) => `the connection to ${peer} timed out`,
    transient: true,
  },
  EHOSTUNREACH: unreachable,
  EHOSTDOWN: unreachable,
  ENETUNREACH: unreachable,
  ENETDOWN: unreachable,
  EADDRNOTAVAIL: unreachable,
  // undici's error for an invalid status.
  ERR_ASSERTION: notHttp,
  UND_ERR_HEADERS_OVERFLOW: {
    code: 'bad_answer',
    message: (_, peer) => `${peer} answered with headers that are too large`,
  },
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: {
    code: 'tls',
    message: (_, peer) => `the certificate of ${peer} is not valid yet`,
    hint: hint`check this machine's clock`,
  },
  CERT_TOO_WEAK: {
    code: 'tls',
    message: (_, peer) =>
      `the certificate chain of ${peer} is too weak: it has a short RSA key, or a signature with SHA-1 or MD5`,
  },
  CERT_REVOKED: { code: 'tls', message: (_, peer) => `the certificate of ${peer} was revoked` },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    code: 'tls',
    message: (_, peer) => `the certificate of ${peer} is for another host`,
    hint: hint`check the host in the URL`,
  },
  DEPTH_ZERO_SELF_SIGNED_CERT: selfSigned,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownIssuer,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  ERR_SSL_UNSUPPORTED_PROTOCOL: oldTls,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: oldTls,
  ERR_SSL_WRONG_VERSION_NUMBER: {
    code: 'tls',
    message: (_, peer) => `${peer} does not speak TLS`,
    hint: hint`check the port, and whether the URL is https`,
  },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: {
    code: 'tls',
    message: (_, peer) => `${peer} does not speak TLS`,
    hint: hint`check the port, and whether the URL is https`,
  },
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: clientCertificate,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: clientCertificate,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: clientCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: clientCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: clientCertificate,
};

const otherTls = /^(ERR_SSL_|ERR_TLS_|CERT_|EPROTO$|UNABLE_TO_|INVALID_CA$|INVALID_PURPOSE$)/;

/** @param message of undici's error, never shown */
export function problemOf(code: string, message: string, stage: Stage): Problem {
  // A length mismatch before the body: the answer has two lengths.
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' && stage === 'answer') return notHttp;
  // undici reports some invalid answers under the code of a closed connection.
  if (code === 'HPE_OTHER' || (code === 'UND_ERR_SOCKET' && /^bad /.test(message))) return notHttp;
  const known = problems[code];
  if (known !== undefined) return known;
  if (otherTls.test(code))
    return { code: 'tls', message: (_, peer) => `the TLS connection to ${peer} failed (${code})` };
  return { code: 'network', message: (_, peer) => `the connection to ${peer} failed (${code})` };
}
