/** What a connection to a store fails with, in words that say which part it was. */
import { AuthctlError, type Hint, hint, systemErrorCode } from '../../errors.ts';
import type { Address } from './address.ts';

/** An error that the server answered. */
export class ServerError extends Error {}

/** Answers of a server that cannot serve yet, or not any more. */
const passing = /^(?:LOADING|MASTERDOWN|READONLY|TRYAGAIN|CLUSTERDOWN|BUSY)\b/;

/** Whether an answer says that the server cannot serve yet, or not any more. */
export function isPassing({ message }: ServerError): boolean {
  return passing.test(message);
}

/** Whether trying again cannot help: the name is unknown, the certificate is not trusted, a file is wrong. */
export function isCertain(error: unknown): boolean {
  const code = systemErrorCode(error) ?? '';
  return error instanceof AuthctlError || (isTls(code) && code !== 'ERR_TLS_HANDSHAKE_TIMEOUT');
}

function isTls(code: string): boolean {
  return /CERT|^ERR_(?:TLS|SSL)|SELF_SIGNED|UNABLE_TO_/.test(code);
}

const problems: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections',
  ENOTFOUND: 'has a host name that is not found',
  EAI_AGAIN: 'has a host name that could not be looked up',
  ETIMEDOUT: 'does not answer',
  ECONNRESET: 'ended the connection',
  EPIPE: 'ended the connection',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
};

/** The error of a server that cannot be reached, or not now. */
export function unreachable({ shown }: Address, error: unknown): AuthctlError {
  if (error instanceof AuthctlError) return error;
  const code = systemErrorCode(error) ?? '';
  const { message } = error instanceof Error ? error : new Error('failed');
  const problem = isTls(code)
    ? `has a certificate that is not trusted (${code})`
    : (problems[code] ??
      (error instanceof ServerError
        ? `cannot serve now (${message.slice(0, 60)})`
        : /ETIMEDOUT|answer/.test(message)
          ? 'does not answer'
          : 'ended the connection'));
  return storeError(
    `the shared store ${shown} ${problem}`,
    isTls(code) ? caHint : checkHint,
    error,
  );
}

const checkHint = hint`authctl store status`;
const caHint = hint`name the authority that signed it with AUTHCTL_STORE_CACERT`;

/** The error of a server that answers, and refuses. */
export function refusedBy({ shown }: Address, { message }: ServerError): AuthctlError {
  const problem = /^(?:WRONGPASS|NOAUTH)|AUTH|unauthenticated/.test(message)
    ? 'refuses the user or its password'
    : /^NOPERM/.test(message)
      ? `does not permit it: ${message.replace(/^NOPERM\s*/, '')}`
      : /^OOM/.test(message)
        ? 'is full'
        : `answers with an error: ${message}`;
  return storeError(`the shared store ${shown} ${problem.slice(0, 200)}`, checkHint);
}

function storeError(message: string, next: Hint, cause?: unknown): AuthctlError {
  return new AuthctlError('store', message, { hint: next, ...(cause !== undefined && { cause }) });
}
