/** What the error codes of Node, OpenSSL and undici mean, and whom they are about. */
import { type ErrorCode, type Hint, hint } from '../errors.ts';

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

/** What a code means. */
export interface Fact {
  readonly code: ErrorCode;
  readonly says: (way: Way, peer: string) => string;
  readonly hint?: Hint;
  readonly passing?: true;
}

const refused: Fact = {
  code: 'network',
  says: (_, peer) => `${peer} refused the connection`,
  hint: hint`check the host and the port, and that the server runs`,
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
/** The host is out of reach: of several addresses, the one that says least. */
export const unreachable: Fact = {
  code: 'network',
  says: (_, peer) => `${peer} cannot be reached from this machine`,
  hint: hint`check the network connection, a VPN, and HTTPS_PROXY`,
  passing: true,
};
const notHttp: Fact = {
  code: 'bad_answer',
  says: (_, peer) => `${peer} answered something that is not HTTP`,
  hint: hint`check the port, and whether the URL is https`,
};

const ownAuthority = hint`if you trust its authority, give its certificate with --cacert <file>`;
export const selfSigned: Fact = {
  code: 'tls',
  says: (_, peer) => `the certificate of ${peer} is self-signed`,
  hint: ownAuthority,
};
export const unknownAuthority: Fact = {
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
  hint: hint`give one with --cert <file> and --key <file>`,
};
const expired: Fact = {
  code: 'tls',
  says: (_, peer) => `the certificate of ${peer} has expired`,
  hint: hint`if it has not, check this machine's clock`,
};

/** By the code of Node's, OpenSSL's or undici's error. */
export const facts: Readonly<Record<string, Fact>> = {
  EAI_AGAIN: {
    code: 'network',
    says: () => '',
    hint: hint`check the network connection`,
    passing: true,
  },
  ENOTFOUND: { code: 'network', says: () => '', hint: hint`check the spelling of the host` },
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
  // undici's, of a status that there cannot be.
  ERR_ASSERTION: notHttp,
  UND_ERR_HEADERS_OVERFLOW: {
    code: 'bad_answer',
    says: (_, peer) => `${peer} answered with more headers than are read`,
  },
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: {
    code: 'tls',
    says: (_, peer) => `the certificate of ${peer} is not valid yet`,
    hint: hint`check this machine's clock`,
  },
  CERT_TOO_WEAK: {
    code: 'tls',
    says: (_, peer) =>
      `the certificate of ${peer}, or one above it, is too weak: a short RSA key, or a signature with SHA-1`,
  },
  CERT_REVOKED: { code: 'tls', says: (_, peer) => `the certificate of ${peer} was revoked` },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    code: 'tls',
    says: (_, peer) => `the certificate of ${peer} is for another host`,
    hint: hint`check the host in the URL`,
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
    hint: hint`check the port, and whether the URL is https`,
  },
  ERR_SSL_PACKET_LENGTH_TOO_LONG: {
    code: 'tls',
    says: (_, peer) => `${peer} does not speak TLS`,
    hint: hint`check the port, and whether the URL is https`,
  },
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: clientCertificate,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: clientCertificate,
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: clientCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: clientCertificate,
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: clientCertificate,
};

const otherTls = /^(ERR_SSL_|ERR_TLS_|CERT_|EPROTO$|UNABLE_TO_|INVALID_CA$|INVALID_PURPOSE$)/;

/** The meaning of an error, known or not. @param message of undici's error, never shown */
export function factOf(code: string, message: string, stage: Stage): Fact {
  // A wrong length, before there is a body that could have it: the head gives two.
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' && stage === 'answer') return notHttp;
  // An answer that undici cannot take comes under the code of a closed connection.
  if (code === 'HPE_OTHER' || (code === 'UND_ERR_SOCKET' && /^bad /.test(message))) return notHttp;
  const known = facts[code];
  if (known !== undefined) return known;
  if (otherTls.test(code))
    return { code: 'tls', says: (_, peer) => `no secure connection to ${peer} (${code})` };
  return { code: 'network', says: (_, peer) => `the connection to ${peer} failed (${code})` };
}
