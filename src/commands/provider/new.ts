/** `authctl provider new`: a conversation that ends with a provider. */
import { dirname } from 'node:path';
import type { Declaration } from '../../declaration/declaration.ts';
import { AuthctlError } from '../../errors.ts';
import type { SendOptions } from '../../http/message.ts';
import { saveDeclaration } from '../../providers/save.ts';
import type { Run } from '../../run.ts';
import { hasColor } from '../../terminal/paint.ts';
import { makeProvider } from '../../wizard/wizard.ts';

/** The options of the command. */
export interface NewOptions {
  readonly transport: SendOptions;
  readonly noColor: boolean;
}

/**
 * Runs the command. Nothing is written before the end.
 *
 * @throws AuthctlError `usage` without a terminal, and if the user keeps nothing; `interrupted`
 */
export async function newProvider(
  run: Run,
  providers: readonly Declaration[],
  { transport, noColor }: NewOptions,
): Promise<void> {
  const { context, interactive, notices } = run;
  if (!interactive) {
    throw new AuthctlError('usage', 'provider new asks questions, and there is no terminal', {
      hint: 'authctl provider import --help',
    });
  }
  const { stderr, env, clock, uid } = context;
  const colors = hasColor({ isTTY: stderr.isTTY, env, noColor });
  await run.interruptible(async (signal) => {
    const talk = await context.converse({ colors, signal });
    const { source, baseUrl } = await makeProvider({
      ...{ run, providers, transport, draftTalk: talk },
      talk: { ...talk, say: (text) => talk.say(run.secrets.redact(text)) },
    });
    const config = dirname(run.configPath());
    const target = await saveDeclaration(source, { config, uid, clock });
    notices.notice(`added ${source.declaration.name}, in ${target}`);
    await context.stdout.write(`${target}\n`);
    const server = baseUrl === undefined ? '' : ` --base-url ${baseUrl}`;
    talk.say(`Next: authctl login ${source.declaration.name}${server}`);
  });
}
