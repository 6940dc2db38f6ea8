/** The headers and cookies of a request: which are sent, which are fields, and which are left out. */
import { hasSecretWord, isCsrfName, isIdentityName } from '../names.ts';
import { type Pairs, pairIn } from '../outside.ts';
import { looksSecret, placeholderName } from '../placeholders.ts';
import { isToken } from '../texts.ts';
import { authorizationIn, type User } from './authorization.ts';
import type { Finding } from './finding.ts';

/**
 * Reads a header.
 *
 * @returns user and password of Basic authentication, if the header has them
 * @throws AuthctlError `usage` for a kind of authentication that cannot be declared
 */
export function headerIn(finding: Finding, name: string, value: string): User | undefined {
  const lower = name.toLowerCase();
  if (lower === 'authorization') return authorizationIn(finding, value.trim());
  if (lower === 'cookie') cookiesIn(finding, value.split(';').map(pairIn));
  else if (lower === 'content-type') {
    // The body's own type is sent without a word.
    const isOwn = /^application\/(json|x-www-form-urlencoded)\s*(;|$)/i.test(value);
    if (!isOwn) constantIn(finding, name, value);
  } else if (!isDropped(lower) && !['', '*/*'].includes(value.trim())) {
    otherIn(finding, name, value);
  }
  return undefined;
}

function otherIn(finding: Finding, name: string, value: string): void {
  if (!isToken(name)) {
    finding.doubt('/login/0/request', 'a header without a proper name is left out');
  } else if (finding.hasHeader(name.toLowerCase())) {
    finding.doubt('/login/0/request/headers', `the header ${name} stands twice, and is sent once`);
  } else if (isField(name, value)) {
    const secret = !isIdentityName(name) || looksSecret(value);
    finding.add({ in: 'header', at: [name], required: true, secret });
  } else constantIn(finding, name, value);
}

/** Whether the value is one user's. */
function isField(name: string, value: string): boolean {
  return (
    placeholderName(value) !== undefined ||
    /\$\{?[A-Za-z]|\{\{/.test(value) ||
    isIdentityName(name) ||
    isCsrfName(name) ||
    hasSecretWord(name) ||
    looksSecret(value) ||
    /[^\x20-\x7e]/.test(value)
  );
}

function constantIn(finding: Finding, name: string, value: string): void {
  if (/[^\x20-\x7e]/.test(value) || looksSecret(value) || value.length > 500) return;
  finding.add({ in: 'header', at: [name], required: true, constant: value.trim() });
}

/** Reads cookies. */
export function cookiesIn(finding: Finding, pairs: Pairs): void {
  for (const [name, value] of pairs) {
    if (name === '' || value === '') continue;
    if (finding.inputs.some((each) => each.in === 'cookie' && each.at[0] === name)) continue;
    if (!isToken(name)) {
      finding.doubt('/login/0/request', 'a cookie without a proper name is left out');
      continue;
    }
    finding.doubt(
      '/login/0/request/cookies',
      `${finding.request.source} sends cookies: a login rarely needs those of an earlier session`,
    );
    finding.add({ in: 'cookie', at: [name], required: false, secret: true });
  }
}

/** Headers of browsers, of connections, and of what watches a service. */
function isDropped(lower: string): boolean {
  return (
    dropped.has(lower) ||
    /^(:|sec-|proxy-|access-control-|x-b3-|x-datadog-|x-amzn-trace|if-|cf-|x-forwarded-)/.test(
      lower,
    )
  );
}

const dropped: ReadonlySet<string> = new Set([
  ...['accept-charset', 'accept-encoding', 'accept-language', 'cache-control', 'connection'],
  ...['content-length', 'content-encoding', 'dnt', 'expect', 'forwarded', 'host', 'keep-alive'],
  ...['origin', 'postman-token', 'pragma', 'priority', 'range', 'referer', 'save-data', 'te'],
  ...['trailer', 'transfer-encoding', 'upgrade', 'upgrade-insecure-requests', 'user-agent', 'via'],
  ...['traceparent', 'tracestate', 'baggage', 'sentry-trace', 'newrelic', 'x-request-id'],
  ...['x-correlation-id', 'date', 'alt-used'],
]);
