/** `authctl provider add <file>`: makes a declaration, a file or one of the catalogue, one of the user's providers. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Declaration } from '../../declaration/declaration.ts';
import { isProviderName } from '../../declaration/names.ts';
import { variablesRead } from '../../declaration/variables.ts';
import { AuthctlError, hint, named } from '../../errors.ts';
import { catalogueEntry, statusWords } from '../../providers/catalogue/catalogue.ts';
import { changes, unchanged } from '../../providers/changes.ts';
import { filesOf } from '../../providers/declared.ts';
import { disclose } from '../../providers/disclosure.ts';
import { declarationIn, readNamedDeclaration } from '../../providers/named.ts';
import { requireOwnVariables, saveDeclaration } from '../../providers/save.ts';
import type { Run } from '../../run.ts';
import { printable } from '../../terminal/printable.ts';

/** The options of the command. */
export interface AddOptions {
  /** A name in the catalogue, a file, or `-` for stdin. */
  readonly path: string;
  /** Another name than the declaration's. */
  readonly name?: string;
  /** Whether to add it without a question. */
  readonly yes: boolean;
  /** The variables that it may read although they are set now. */
  readonly reads: readonly string[];
  readonly replace: boolean;
}

/**
 * Runs the command. What the declaration does with secrets is said on stderr, and asked on a terminal.
 *
 * @throws AuthctlError `config_broken` if the declaration is not valid, or its variables are another
 *   provider's; `usage` if it may not be added without more options
 */
export async function addProvider(
  run: Run,
  providers: readonly Declaration[],
  { path, name, ...options }: AddOptions,
): Promise<void> {
  const { context, notices } = run;
  if (name !== undefined) requireName(name, providers);
  const builtIn = providers.filter(({ file }) => !file).map((each) => each.name);
  const { clock, stdin, stderr, uid } = context;
  const say = (line: string) => stderr.write(`authctl: ${printable(line)}\n`);
  const world = { clock, stdin, builtIn, say };
  const entry = await catalogueEntry(path);
  // A checkout could have a file of such a name.
  if (entry && existsSync(path)) {
    notices.notice(`${path} is taken from the catalogue, and not from the file ./${path}`);
  }
  const source = entry
    ? await declarationIn(world, Buffer.from(entry.text), path, name)
    : await readNamedDeclaration(world, path, name);
  const { declaration } = source;
  requireOwnVariables(declaration, providers);
  const config = dirname(run.configPath());
  const before = providers.find((each) => each.name === declaration.name);
  const existing = filesOf(config, declaration.name);
  const { lines, setNow } = disclose(declaration, context.env);
  const changed = before ? changes(before, declaration) : [];
  const told = [
    `${declaration.name}: ${declaration.title}`,
    ...(entry ? [`from the catalogue: ${statusWords(entry)}`] : []),
    ...lines,
    ...changed.map((change) => `changes ${change}`),
  ];
  for (const line of told) await say(line);
  const [file] = existing;
  if (file !== undefined && !options.replace) {
    if (changed[0] === unchanged) return context.stdout.write(`${file}\n`);
    throw new AuthctlError('usage', `there is a provider ${declaration.name} already`, {
      hint: 'use --replace, or another name with --name',
    });
  }
  requireKnownReads(declaration, options.reads);
  await requireConsent(run, declaration, setNow, options);
  const target = await saveDeclaration(source, { config, uid, clock });
  notices.notice(`added ${declaration.name}, in ${target}`);
  await context.stdout.write(`${target}\n`);
  notices.notice(`next: authctl login ${declaration.name}`);
}

/** The name becomes that of a file. @throws AuthctlError `usage` */
function requireName(name: string, providers: readonly Declaration[]): void {
  if (!isProviderName(name)) {
    const what = `--name ${JSON.stringify(name)} cannot be the name of a provider`;
    throw new AuthctlError('usage', `${what}: expected lower-case letters, digits and -`);
  }
  if (providers.some((each) => each.name === name && !each.file)) {
    throw new AuthctlError('usage', `--name ${name} is the name of a built-in provider`);
  }
}

/** @throws AuthctlError `usage` for a variable that the provider does not read */
function requireKnownReads(declaration: Declaration, reads: readonly string[]): void {
  const known = variablesRead(declaration);
  const other = reads.find((variable) => !known.includes(variable));
  if (other === undefined) return;
  throw new AuthctlError(
    'usage',
    `--reads ${JSON.stringify(other)}: the provider ${declaration.name} reads no such variable`,
    { hint: 'repeat --reads for every variable' },
  );
}

/** @throws AuthctlError `usage` */
async function requireConsent(
  { context, interactive }: Run,
  { name }: Declaration,
  setNow: readonly string[],
  { yes, reads }: Pick<AddOptions, 'yes' | 'reads'>,
): Promise<void> {
  if (interactive && !yes) {
    const answer = await context.prompt.ask(`Add the provider ${name}? (y/N): `, { secret: false });
    if (/^y(es)?$/i.test(answer.trim())) return;
    throw new AuthctlError('usage', 'nothing was added');
  }
  const missing = setNow.filter((variable) => !reads.includes(variable));
  if (yes && missing.length === 0) return;
  const flags = [...(yes ? [] : ['--yes']), ...missing.map((variable) => `--reads ${variable}`)];
  const what =
    missing.length === 0
      ? 'adding a provider without a terminal needs --yes'
      : `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} set now, and the provider would read ${missing.length === 1 ? 'it' : 'them'}`;
  const [first = hint``, ...rest] = flags.map((flag) => named(flag));
  throw new AuthctlError('usage', what, {
    hint: hint`if that is meant, add ${rest.reduce((all, flag) => hint`${all} ${flag}`, hint`${first}`)}`,
  });
}
