/** Inputs and what stands for them → a request, as a declaration has it. */
import { escaped } from '../../declaration/pointer.ts';
import type { FoundLogin, Input } from '../found.ts';
import { isConstant } from '../names.ts';
import type { Section } from './drafting.ts';

/** An input, and what stands for it. */
export type Entry = readonly [input: Input, value: unknown];

/** The path of an input, as `Answers.inputs` names it: `body /auth/user`, `query grant_type`. */
export function inputPath({ in: place, at }: Input): string {
  return place === 'body' ? `body /${at.map(escaped).join('/')}` : `${place} ${at.join('/')}`;
}

/** The constant that an input has, or that its sample is for a value of this name. */
export function constantIn({ constant, sample }: Input, name: string): Input['constant'] {
  const fixed = constant ?? (isConstant(name, sample) ? sample : undefined);
  return (fixed ?? undefined) as Input['constant'];
}

/** A request with its entries, but for those of the path, which are in it. */
export function writtenRequest(
  { method, path, body }: Pick<FoundLogin, 'method' | 'path' | 'body'>,
  entries: readonly Entry[],
  basic?: Section,
): Section {
  const within = (place: Input['in']) => {
    const texts = entries
      .filter(([each]) => each.in === place)
      .map(([each, value]) => [each.at.join('/'), String(value)] as const);
    return texts.length === 0 ? undefined : Object.fromEntries(texts);
  };
  const [query, headers, cookies] = [within('query'), within('header'), within('cookie')];
  const members = entries.filter(([each]) => each.in === 'body');
  return {
    method,
    path,
    ...(query && { query }),
    ...(headers && { headers }),
    ...(cookies && { cookies }),
    ...(basic && { basic }),
    ...(body === 'json' && members.length > 0 && { json: jsonOf(members) }),
    ...(body === 'form' && members.length > 0 && { form: within('body') }),
  };
}

function jsonOf(members: readonly Entry[]): unknown {
  const whole = members.reduce<unknown>((all, [each, value]) => withMember(all, each, value), {});
  return withoutHoles(whole);
}

function withMember(
  document: unknown,
  input: Pick<Input, 'at' | 'lists'>,
  value: unknown,
  depth = 0,
): unknown {
  const step = input.at[depth];
  if (step === undefined) return value;
  const within = (before: unknown) => withMember(before, input, value, depth + 1);
  if (input.lists?.includes(depth)) {
    const items: unknown[] = Array.isArray(document) ? [...document] : [];
    const at = Number(step);
    while (items.length <= at) items.push(undefined);
    items[at] = within(items[at]);
    return items;
  }
  const entries = typeof document === 'object' && document !== null ? Object.entries(document) : [];
  const members = new Map<string, unknown>(entries);
  members.set(step, within(members.get(step)));
  return Object.fromEntries(members);
}

/** Without the items of lists that are not sent. */
function withoutHoles(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.filter((item) => item !== undefined).map(withoutHoles);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutHoles(each)]));
}
