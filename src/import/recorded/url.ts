/** The URL of a request, and its server. */
import { AuthctlError } from '../../errors.ts';
import type { FoundServer } from '../found.ts';
import { fieldName } from '../names.ts';
import type { Pairs } from '../outside.ts';
import { placeholderName } from '../placeholders.ts';
import { decoded } from '../texts.ts';
import { userOf } from './authorization.ts';
import type { Finding } from './finding.ts';
import { formPairs } from './values.ts';

/** The parts of a URL. */
export interface SplitUrl {
  /** Empty if there is none. */
  readonly scheme: string;
  /** With the port, and `{name}` for labels; empty if it is a variable. */
  readonly host: string;
  readonly path: string;
  readonly query: Pairs;
  readonly user?: readonly [string, string];
}

/** Splits a URL that need not be one yet. */
export function splitUrl(text: string, source: string): SplitUrl {
  if (text.trim() === '') throw new AuthctlError('usage', `${source} has no URL`);
  const [beforeQuery = '', queryText = ''] = (text.trim().split('#')[0] ?? '').split(/\?(.*)/s);
  const query = formPairs(queryText);
  const [, given, rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?(.*)$/s.exec(beforeQuery) ?? [];
  const scheme = (given ?? '').toLowerCase();
  if (scheme !== '' && scheme !== 'https' && scheme !== 'http') {
    throw new AuthctlError('usage', `the URL of ${source} begins with neither https nor http`);
  }
  const [, authority = '', path = ''] =
    /^((?:<[^<>/]*>|\{\{[^{}]*\}\}|\$\{[^{}]*\}|[^/])*)(.*)$/s.exec(rest) ?? [];
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? undefined : userOf(decoded(authority.slice(0, at)));
  const hostText = authority.slice(at + 1);
  const split = { path: path || '/', query, ...(user && { user }) };
  if (hostText === '' && scheme === '' && path !== '') return { ...split, scheme, host: '' };
  if (placeholderName(hostText.replace(/:\d+$/, '')) !== undefined) {
    return { ...split, scheme, host: '' };
  }
  const labels = new Set<string>();
  const host = hostText
    .split('.')
    .map((label) => {
      const whole = placeholderName(label);
      if (whole !== undefined) {
        const name = fieldName(whole, labels);
        labels.add(name);
        return `{${name}}`;
      }
      return label.toLowerCase();
    })
    .join('.');
  const plain = host.replace(/\{[^{}]*\}/g, 'x');
  if (!/^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/i.test(toAscii(plain)) || plain.length > 300) {
    throw new AuthctlError('usage', `the URL of ${source} has no proper host`);
  }
  const literals = host.split('.').length - (host.lastIndexOf('{') < 0 ? 0 : lastField(host));
  if (labels.size > 0 && literals < 2) return { ...split, scheme, host: '' };
  const isPlain = labels.size > 0 ? host : toAscii(host);
  return { ...split, scheme, host: isPlain };
}

/** The number of labels up to the last `{field}`. */
function lastField(host: string): number {
  return host.split('.').findLastIndex((label) => label.startsWith('{')) + 1;
}

/** The host as it is sent. */
function toAscii(host: string): string {
  if (/^[\x21-\x7e]*$/.test(host) || !URL.canParse(`https://${host}`)) return host;
  return new URL(`https://${host}`).host;
}

/** The server that a URL names; none if it is a variable. */
export function serversIn(finding: Finding, { scheme, host }: SplitUrl): readonly FoundServer[] {
  const { source } = finding.request;
  if (host === '') {
    finding.doubt('', `the server of ${source} is a variable`);
    return [];
  }
  if (scheme === '') finding.doubt('', `the URL of ${source} has no scheme: https is taken`);
  return [{ url: `${scheme || 'https'}://${host}` }];
}
