/** How well a request fits a login. */
import { hasSecretWord, isRefreshName, tokenScore, wordsOf } from './names.ts';

/** What is known of a request. */
export interface Traits {
  readonly method: string;
  /** Without the server and the query. */
  readonly path: string;
  /** What the source says of it, such as a summary. */
  readonly words?: string;
  /** The names of what it sends in its body, its query and its form. */
  readonly sent: readonly string[];
  /** The `grant_type`, if it has one. */
  readonly grant?: string;
  /** Whether it has user and password of Basic authentication. */
  readonly basic?: boolean;
  /** Whether it carries a token already. */
  readonly bearer?: boolean;
  /** The names of the answer's members, headers and cookies; undefined if no answer is known. */
  readonly answered?: readonly string[];
  /** Whether calls carry a value of the answer. */
  readonly carried?: boolean;
}

/** A score, and what it is made of, in words. */
export interface Score {
  readonly score: number;
  readonly reasons: readonly string[];
}

const strong = new Set([
  ...['login', 'logon', 'signin', 'authenticate', 'authentication', 'token', 'tokens', 'session'],
  ...['sessions', 'accesstoken', 'logins', 'jwt'],
]);
const weak = new Set(['auth', 'oauth', 'oauth2', 'account', 'user', 'users', 'credentials']);
const against = new Set([
  ...['logout', 'logoff', 'signout', 'revoke', 'revocation', 'register', 'registration', 'signup'],
  ...['reset', 'forgot', 'introspect', 'userinfo', 'invite', 'confirm', 'change', 'delete'],
  ...['config', 'configuration', 'csrf', 'verify', 'validate', 'refresh', 'renew', 'analytics'],
]);

/** Scores a request: the sum of what speaks for it and against it. */
export function scoreOf(traits: Traits): Score {
  const { method, path, words = '', sent, grant, basic, bearer, answered, carried } = traits;
  const reasons: string[] = [];
  let score = 0;
  const count = (points: number, reason?: string) => {
    score += points;
    if (reason !== undefined) reasons.push(reason);
  };
  const inPath = wordsOfPath(path);
  const found = inPath.find((word) => strong.has(word));
  if (found !== undefined) count(3, `its path has "${found}"`);
  else if (inPath.some((word) => weak.has(word))) count(1);
  else if (wordsOfPath(words).some((word) => strong.has(word))) count(2, 'its name says so');
  const bad = inPath.find((word) => against.has(word));
  if (bad !== undefined) count(-4, `its path has "${bad}"`);
  const names = sent.map((name) => wordsOf(name).join('_'));
  const passwords = names.filter((name) => /pass(word|wd|wort|phrase)?$|^pwd$/.test(name));
  if (passwords.length > 0) count(3, 'it sends a password');
  else if (sent.some((name) => hasSecretWord(name) && !isRefreshName(name))) {
    count(2, 'it sends a secret');
  }
  if (
    names.some((name) => /^(new|old|current|confirm|repeat)_|_(confirmation|repeat)$/.test(name))
  ) {
    count(-4, 'it changes a password');
  }
  if (names.some((name) => /user|login|e?mail$|client_id|account/.test(name))) count(1);
  if (sent.some(isRefreshName) || grant === 'refresh_token') count(-4, 'it renews a token');
  else if (grant !== undefined) count(2, 'it has a grant type');
  if (basic) count(2, 'it has user and password');
  if (bearer) count(-3, 'it carries a token already');
  if (method === 'POST') count(1);
  else if (method === 'DELETE') count(-3);
  const best = Math.max(0, ...(answered ?? []).map(tokenScore));
  if (best >= 4) count(3, 'its answer has a token');
  if (carried) count(3, 'calls carry a value of its answer');
  return { score, reasons };
}

/** The words of a path; `sign-in` is one. */
function wordsOfPath(path: string): readonly string[] {
  const plain = path
    .slice(0, 2000)
    .replace(/(sign|log)[-_ ]?(in|on|out|off|up)(?![a-z])/gi, (_, a: string, b: string) =>
      ` ${a}${b} `.toLowerCase(),
    )
    .replace(/access[-_]?token/gi, ' accesstoken ');
  return wordsOf(plain);
}
