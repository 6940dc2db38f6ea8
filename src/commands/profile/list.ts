/** `authctl profile list`: the profiles that the config, the keychain or a session knows. */
import { type ProfileUse, profileUses } from '../../config/profiles.ts';
import type { Run } from '../../run.ts';
import { isProfileName } from '../../session/profile.ts';
import { printableJson } from '../../terminal/printable.ts';
import { tableText } from '../../terminal/table.ts';

/** A profile as it is printed. */
interface Row {
  readonly profile: string;
  readonly in_use: boolean;
  /** Where something of it is. */
  readonly sources: readonly ('config' | 'keychain' | 'sessions')[];
  readonly providers: readonly string[];
}

const sources = ['config', 'keychain', 'sessions'] as const;

/**
 * Prints a table, or an array as JSON. The profile in use is the one that a command without -p has.
 *
 * @throws AuthctlError `config_broken`, `store`
 */
export async function listProfiles(
  { context, notices, config, store, profile: used }: Run,
  { json }: { readonly json: boolean },
): Promise<void> {
  const sessions = (await (await store()).list()).map(({ key }) => ({
    ...key,
    source: 'sessions' as const,
  }));
  const uses: readonly (Omit<ProfileUse, 'source'> & {
    readonly source: Row['sources'][number];
  })[] = [...profileUses(config()), ...sessions].filter(({ profile }) => isProfileName(profile));
  const rows = [...new Set(uses.map(({ profile }) => profile))].sort().map((profile): Row => {
    const own = uses.filter((use) => use.profile === profile);
    return {
      profile,
      in_use: profile === used,
      sources: sources.filter((source) => own.some((use) => use.source === source)),
      providers: [...new Set(own.map(({ provider }) => provider))].sort(),
    };
  });
  if (json) {
    return context.stdout.write(`${printableJson(JSON.stringify(rows, undefined, 2))}\n`);
  }
  if (!rows.some(({ in_use }) => in_use)) {
    notices.notice(`nothing is stored in the profile in use, ${used}`);
  }
  if (rows.length === 0) return;
  const cells = rows.map((row) => [
    row.in_use ? '*' : '',
    row.profile,
    row.providers.join(', '),
    row.sources.join(', '),
  ]);
  const { columns } = context.stdout;
  await context.stdout.write(tableText(table, cells, { columns }));
}

const table = [
  { title: '' },
  { title: 'PROFILE' },
  { title: 'PROVIDERS', flexible: true },
  { title: 'KNOWN FROM' },
];
