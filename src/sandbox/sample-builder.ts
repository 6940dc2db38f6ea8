/** Builds sample answers. */
import type { Condition, Match, Sample, TokenPlace } from '../declaration/declaration.ts';
import { stepsOf } from '../declaration/pointer.ts';
import { literal } from '../declaration/template.ts';

/** Puts values at places. */
export class SampleBuilder {
  #json: unknown;
  #text: string | undefined;
  readonly #headers = new Map<string, string>();
  readonly #cookies = new Map<string, string>();
  readonly #status: number;

  constructor(status: number) {
    this.#status = status;
  }

  /** Puts a value that each condition accepts. */
  meet(conditions: readonly Condition[] = []): void {
    for (const { at, in: values, absent } of conditions) {
      if (!absent) this.put(at, values ? literalJson(values[0]) : 'sandbox');
    }
  }

  put(place: Exclude<TokenPlace, { readonly value: string }>, value: unknown): void {
    if (typeof place === 'string') this.#json = withValue(this.#json, stepsOf(place), value);
    else if ('header' in place) this.#headers.set(place.header, String(value));
    else if ('cookie' in place) this.#cookies.set(place.cookie, String(value));
    else {
      this.#text = String(value);
      if ('type' in place) this.#headers.set('Content-Type', place.type);
    }
  }

  sample(): Sample {
    return {
      status: this.#status,
      ...(this.#headers.size > 0 && { headers: Object.fromEntries(this.#headers) }),
      ...(this.#cookies.size > 0 && { cookies: Object.fromEntries(this.#cookies) }),
      ...(this.#json !== undefined && { body: this.#json }),
      ...(this.#text !== undefined && { text: this.#text }),
    };
  }
}

/**
 * A sample that is of several kinds at once, as far as they can be met together: where they cannot, the
 * last counts.
 *
 * @param status if none of them has one
 */
export function builderFor(kinds: readonly (Match | undefined)[], status: number): SampleBuilder {
  const lists = kinds.flatMap((kind) => (kind?.status ? [kind.status] : [])).reverse();
  const [last = [status]] = lists;
  const common = last.find((each) => lists.every((list) => list.includes(each)));
  const build = new SampleBuilder(common ?? last[0] ?? status);
  for (const kind of kinds) build.meet(kind?.body);
  return build;
}

/** A value whose texts are templates. */
function literalJson(value: unknown): unknown {
  if (typeof value === 'string') return literal(value);
  if (Array.isArray(value)) return value.map(literalJson);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, literalJson(each)]));
}

function withValue(document: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  const isList = Array.isArray(document) || (document === undefined && /^\d$/.test(step));
  if (isList) {
    const list: unknown[] = Array.isArray(document) ? [...document] : [];
    list[Number(step)] = withValue(list[Number(step)], rest, value);
    return list;
  }
  const entries = typeof document === 'object' && document !== null ? Object.entries(document) : [];
  const members = new Map<string, unknown>(entries);
  members.set(step, withValue(members.get(step), rest, value));
  return Object.fromEntries(members);
}
