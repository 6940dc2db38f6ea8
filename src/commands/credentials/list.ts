/** `authctl credentials list`: lists the stored credentials, never the value of a secret. */
import { type StoredField, storedFields } from '../../credentials/configured.ts';
import type { Declaration } from '../../declaration/declaration.ts';
import type { Run } from '../../run.ts';
import { printable, printableJson } from '../../terminal/printable.ts';

/** Prints the stored fields of each provider in the profile. */
export async function listCredentials(
  { context, config, notices, profile }: Run,
  providers: readonly Declaration[],
  { json }: { readonly json: boolean },
): Promise<void> {
  const rows = providers.flatMap((declaration) => storedFields(declaration, config(), profile));
  if (json) return context.stdout.write(`${printableJson(JSON.stringify(rows, undefined, 2))}\n`);
  if (rows.length === 0) {
    const [one, other] = providers;
    const of = one && !other ? ` of ${one.name}` : '';
    return notices.notice(`no credentials${of} are stored in the profile ${profile}`);
  }
  const lines = rows.map((row) => `${row.provider}.${row.field}  ${printable(describe(row))}\n`);
  await context.stdout.write(lines.join(''));
}

function describe(row: StoredField): string {
  const limit = row.origin === undefined ? '' : `, for ${row.origin}`;
  if (row.source === 'config')
    return limit === '' ? row.value : `${row.value}  (${limit.slice(2)})`;
  if (row.source === 'command') return `(a command of the config${limit})`;
  return `(in the keychain, for ${row.origin})`;
}
