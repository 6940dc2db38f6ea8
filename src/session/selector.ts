/** Which stored session a command means. Loads nothing: it is on the way to a token that is there. */
import type { Field, Login } from '../declaration/declaration.ts';
import { findField, variableName } from '../declaration/names.ts';
import type { Account } from './key.ts';

/** What has to be known of a field. */
type KnownField = Pick<Field, 'name' | 'secret'>;

/** What tells the account. */
export interface AccountSources {
  readonly declaration: { readonly name: string; readonly fields: readonly KnownField[] };
  /** The ways to log in that the command leaves open. */
  readonly logins: readonly Pick<Login, 'fields'>[];
  readonly given: (field: string) => string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The value that the config has for a field that is no secret. */
  readonly setting: (field: KnownField) => string | undefined;
}

/** The account that is meant: whole, as far as it is named, or by secrets that stand for it. */
export type MeantAccount =
  | { readonly account: Account }
  | { readonly fields: Readonly<Record<string, string>> }
  | { readonly secrets: readonly { readonly name: string; readonly value: string }[] };

/** Looks where nobody has to be asked, and nothing has to be run. */
export function meantAccount({
  declaration,
  logins,
  given,
  env,
  setting,
}: AccountSources): MeantAccount {
  const isSecret = (name: string) => findField(declaration, name)?.secret === true;
  const known: Record<string, string> = {};
  for (const field of declaration.fields) {
    const { name, secret } = field;
    const value =
      given(name) ??
      (env[variableName(declaration.name, name)] || (secret ? undefined : setting(field)));
    if (value !== undefined) known[name] = value;
  }
  const pick = (names: readonly string[]) =>
    names.flatMap((name) => (known[name] === undefined ? [] : [[name, known[name]] as const]));
  for (const { fields } of logins) {
    const open = fields.filter((name) => !isSecret(name));
    const needed = open.length > 0 ? open : fields;
    const values = pick(needed);
    if (values.length < needed.length) continue;
    if (open.length > 0) return { account: { fields: Object.fromEntries(values) } };
    return { secrets: values.map(([name, value]) => ({ name, value })) };
  }
  const named = pick(Object.keys(known).filter((name) => !isSecret(name)));
  return { fields: Object.fromEntries(named) };
}
