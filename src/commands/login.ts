/** `authctl login [provider]`: logs in, stores the session, prints the token; without a provider an overview. */
import type { Target, TargetOptions } from '../client/target.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { type PrintOptions, preparePrint } from '../output/printer.ts';
import type { Run } from '../run.ts';
import { printable } from '../terminal/printable.ts';

export interface LoginOptions {
  readonly target: TargetOptions;
  readonly print: PrintOptions;
  readonly dryRun: boolean;
}

/** Runs the command. @throws AuthctlError if a token cannot be obtained or printed */
export async function login(
  { client, context, notices, offerToKeep }: Run,
  { target: named, print: printOptions, dryRun }: LoginOptions,
): Promise<void> {
  const print = await preparePrint(
    { ...context, notice: notices.noticeOnce },
    named.declaration,
    printOptions,
  );
  const target: Target = await client.target(named);
  if (dryRun) {
    const { shownText } = await import('../output/request.ts');
    return context.stdout.write(shownText(await client.preview.login(target)));
  }
  const obtained = await client.login(target);
  await offerToKeep(obtained);
  await print(obtained, () => client.carried(target, obtained.session));
}

/** Prints a line per provider to stderr, with its name, its title, and what is configured. */
export async function overview(
  { context, config, profile }: Run,
  providers: readonly Declaration[],
): Promise<void> {
  const { describeConfigured } = await import('../credentials/configured.ts');
  const wide = (text: (provider: Declaration) => string) =>
    Math.max(...providers.map((provider) => text(provider).length));
  const name = wide((provider) => provider.name);
  const title = wide((provider) => provider.title);
  const sources = { config: config(), env: context.env };
  const lines = providers.map((provider) => {
    const row = `${provider.name.padEnd(name)}  ${provider.title.padEnd(title)}  `;
    return `${printable(row + describeConfigured(provider, sources, profile))}\n`;
  });
  await context.stderr.write(lines.join(''));
}
