/** The request that renews the token. */
import { literal } from '../../declaration/template.ts';
import type { Input } from '../found.ts';
import { fieldName, isRefreshName, tokenScore } from '../names.ts';
import { oneLine } from '../texts.ts';
import type { Drafting, Section } from './drafting.ts';
import { constantIn, type Entry, writtenRequest } from './written.ts';

/** How a token is renewed; undefined if the source does not show it, or the answer has nothing for it. */
export function refreshOf(drafting: Drafting, use: Section): Section | undefined {
  const { refresh, answer } = drafting.found;
  if (refresh?.byToken) {
    if (typeof use['header'] !== 'string') return undefined;
    const { method, path } = refresh;
    const more = use['headers'] as object | undefined;
    const headers = { [use['header']]: use['value'], ...more };
    drafting.doubt('/refresh', 'it renews while the token is good: check it');
    return { request: { method, path, headers } };
  }
  if (!refresh || !answer?.members.some(({ name }) => isRefreshName(name))) return undefined;
  const entries = refresh.inputs.flatMap((each): readonly Entry[] => {
    const value = valueFor(drafting, each);
    return value === undefined ? [] : [[each, value]];
  });
  if (!entries.some(([, value]) => value === '{refresh_token}')) return undefined;
  return { request: writtenRequest(refresh, entries) };
}

function valueFor(drafting: Drafting, input: Input): unknown {
  const name = input.at.at(-1) ?? '';
  if (isRefreshName(name)) return '{refresh_token}';
  const fixed = constantIn(input, name);
  if (fixed !== undefined) return typeof fixed === 'string' ? literal(fixed) : fixed;
  const own = drafting.fieldOf(input) ?? fieldName(name);
  if (drafting.taken.has(own)) return `{${own}}`;
  if (!input.required) return undefined;
  if (tokenScore(name) >= 5) return '{token}';
  drafting.doubt('/refresh', `it may need "${oneLine(name)}" too`);
  return undefined;
}
