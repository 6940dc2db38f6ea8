/** The values of a request's placeholders: given, generated and derived ones. */
import type { Declaration } from './declaration.ts';
import { derivedFrom, withDerived } from './derive.ts';
import { keptValues, stepValues } from './kept.ts';
import { type LookUp, mask } from './template.ts';

/** The names of values that are not declared. */
export const generatedNames: readonly string[] = ['uuid', 'now'];

/** What the values are made of. */
export interface Given {
  /** The values of fields, and of what an answer gave: kept values, `token` and `refresh_token`. */
  readonly values: ReadonlyMap<string, string>;
  /** Returns a fresh UUID. */
  readonly uuid: () => string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The moment whose one-time codes are used, in milliseconds since the epoch; by default `now`. */
  readonly codeTime?: number | undefined;
  /** For the claims of a JWT. */
  readonly baseUrl?: string;
  /** Receives every derived value that is secret. */
  readonly keepSecret?: (secret: string) => void;
  /** Whether to show `***` in place of secrets. */
  readonly masked?: boolean;
}

/** The parts of a declaration that say which values there are. */
type Valued = Pick<Declaration, 'fields' | 'derive' | 'answer'> &
  Partial<Pick<Declaration, 'login' | 'logout'>>;

/**
 * The values of one request. Each is worked out once, and only if it is asked for.
 *
 * @returns looks up a name; undefined for what has no value, which then is optional
 */
export function requestValues(
  declaration: Valued,
  { values, uuid, now, codeTime = now, baseUrl, keepSecret, masked = false }: Given,
): LookUp {
  const secrets = secretNames(declaration);
  const known = new Map<string, string | undefined>();
  const derivations = new Map(Object.entries(declaration.derive ?? {}));
  const unmasked: LookUp = (name) => {
    if (!known.has(name)) known.set(name, find(name));
    return known.get(name);
  };
  return (name) => {
    const value = unmasked(name);
    return masked && value !== undefined && secrets.has(name) ? mask : value;
  };

  function find(name: string): string | undefined {
    const derivation = derivations.get(name);
    if (derivation) {
      const value = derivedFrom(derivation, unmasked, 'totp' in derivation ? codeTime : now);
      if (value !== undefined && secrets.has(name)) keepSecret?.(value);
      return value;
    }
    if (values.has(name)) return values.get(name);
    if (name === 'uuid') return uuid();
    if (name === 'now') return new Date(now).toISOString();
    if (name === 'base_url') return baseUrl;
    return undefined;
  }
}

/** The names of all secret values: fields, tokens, kept values, and what derives from any of them. */
export function secretNames(declaration: Valued): ReadonlySet<string> {
  const kept = [
    ...keptValues(declaration),
    ...stepValues(declaration).map((each) => [each.name, each] as const),
  ];
  return withDerived(declaration, [
    ...['token', 'refresh_token'],
    ...declaration.fields.filter(({ secret }) => secret).map(({ name }) => name),
    ...kept.filter(([, { secret }]) => secret).map(([name]) => name),
  ]);
}
