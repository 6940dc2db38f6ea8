/** The values of a request's placeholders: given, generated and derived ones. */
import type { Declaration } from './declaration.ts';
import { derived, templatesOf } from './derive.ts';
import { type LookUp, placeholdersIn, renderTemplate } from './template.ts';

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
  /** Receives every derived value that is secret. */
  readonly keepSecret?: (secret: string) => void;
  /** Whether to show `***` in place of secrets. */
  readonly masked?: boolean;
}

/** What a secret is replaced by where a request is shown. */
export const mask = '***';

/**
 * The values of one request. Each is worked out once, and only if it is asked for.
 *
 * @returns looks up a name; undefined for what has no value, which then is optional
 */
export function requestValues(
  declaration: Pick<Declaration, 'fields' | 'derive' | 'answer'>,
  { values, uuid, now, keepSecret, masked = false }: Given,
): LookUp {
  const secrets = secretNames(declaration);
  const known = new Map<string, string | undefined>();
  const derivations = new Map(Object.entries(declaration.derive ?? {}));
  const lookUp: LookUp = (name) => {
    if (!known.has(name)) known.set(name, find(name));
    const value = known.get(name);
    return masked && value !== undefined && secrets.has(name) ? mask : value;
  };
  return lookUp;

  function find(name: string): string | undefined {
    const derivation = derivations.get(name);
    if (derivation) return derive(name);
    if (values.has(name)) return values.get(name);
    if (name === 'uuid') return uuid();
    if (name === 'now') return new Date(now).toISOString();
    return undefined;
  }

  function derive(name: string): string | undefined {
    const derivation = derivations.get(name);
    if (!derivation) return undefined;
    const unmasked: LookUp = (each) => {
      lookUp(each);
      return known.get(each);
    };
    const texts = Object.entries(templatesOf(derivation)).map(([key, template]) => [
      key,
      renderTemplate(template, unmasked),
    ]);
    if (texts.some(([, text]) => text === undefined)) return undefined;
    const value = derived(derivation, { of: '', key: '', ...Object.fromEntries(texts) }, now);
    if (secrets.has(name)) keepSecret?.(value);
    return value;
  }
}

/** The names of all secret values: fields, tokens, kept values, and what derives from any of them. */
export function secretNames({
  fields,
  derive = {},
  answer,
}: Pick<Declaration, 'fields' | 'derive' | 'answer'>): ReadonlySet<string> {
  const secrets = new Set(['token', 'refresh_token']);
  for (const { name, secret } of fields) if (secret) secrets.add(name);
  for (const [name, { secret = true }] of Object.entries(answer.keep ?? {})) {
    if (secret) secrets.add(name);
  }
  for (const [name, derivation] of Object.entries(derive)) {
    const used = Object.values(templatesOf(derivation)).flatMap(placeholdersIn);
    if (used.some((each) => secrets.has(each.name))) secrets.add(name);
  }
  return secrets;
}
