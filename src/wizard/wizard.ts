/** A conversation that makes a provider: it begins with a login, and goes on in a menu about the draft. */
import { existsSync } from 'node:fs';
import type { Declaration } from '../declaration/declaration.ts';
import { describePlace } from '../declaration/place.ts';
import { AuthctlError } from '../errors.ts';
import { askToken, settle } from '../import/questions.ts';
import { writeOutFile } from '../output/out-file.ts';
import type { Item } from '../terminal/conversing.ts';
import { begin } from './begin.ts';
import type { WizardContext } from './context.ts';
import { answerIn, type Current, currentOf } from './current.ts';
import { show } from './show.ts';
import { tryLogin } from './try.ts';
import { tellOpenUse, withUse } from './use.ts';

/** What is to be saved. */
export interface Made {
  readonly source: {
    readonly declaration: Declaration;
    readonly text: string;
    readonly format: 'yaml';
  };
  /** The server of the last try, where the declaration names none. */
  readonly baseUrl: string | undefined;
}

/**
 * Goes through the conversation. It saves nothing itself.
 *
 * @throws AuthctlError `usage` if the user keeps nothing, `interrupted`
 */
export async function makeProvider(context: WizardContext): Promise<Made> {
  const { talk, providers } = context;
  talk.say('Makes a provider of a login. Nothing is kept before the end; Ctrl-C ends it.');
  const begun = await begin(context);
  let now = await currentOf(await settle(talk, begun, { canTry: true }), providers);
  await show(context, now);
  let isTried = false;
  let baseUrl: string | undefined;
  for (;;) {
    if (now.declaration) tellOpenUse(context, now);
    const picked = await talk.pick('What now?', menuOf(now, isTried));
    if (picked === 'save' && now.declaration) {
      const { declaration, text } = now;
      return {
        source: { declaration, text, format: 'yaml' },
        baseUrl: declaration.environments ? undefined : baseUrl,
      };
    }
    if (picked === 'try')
      ({ now, isRight: isTried, baseUrl } = await tryLogin(context, now, baseUrl));
    else if (picked === 'token') {
      now = await withOtherToken(context, now);
      await show(context, now);
    } else if (picked === 'use') now = await withUse(context, now);
    else if (picked === 'show') await show(context, now);
    else if (picked === 'file') await write(context, now);
    else throw new AuthctlError('usage', 'nothing was added');
  }
}

function menuOf({ declaration, answers, draft }: Current, isTried: boolean): readonly Item[] {
  const server = answers.server ?? '';
  const where = server === '' ? 'the real server' : server;
  const attempt = {
    value: 'try',
    label: isTried ? 'Try it again' : `Try it: one login at ${where}`,
  };
  const { token } = answerIn(draft.declaration);
  return [
    ...(isTried ? [] : [attempt]),
    ...(declaration
      ? [{ value: 'save', label: `Add the provider ${declaration.name}` }]
      : [{ value: 'file', label: 'Write the draft to a file, to finish it by hand' }]),
    ...(isTried ? [attempt] : []),
    {
      value: 'token',
      label:
        token === undefined
          ? 'Say where the token is'
          : `Take the token from elsewhere than ${describePlace(token)}`,
    },
    { value: 'use', label: 'Say how calls carry the token' },
    { value: 'show', label: 'Show the draft again' },
    { value: 'leave', label: 'Leave, and keep nothing' },
  ];
}

async function withOtherToken({ talk, providers }: WizardContext, now: Current): Promise<Current> {
  const { token: _, ...others } = now.answers;
  const said = await askToken(talk, { ...now, answers: others }, { canTry: true });
  return currentOf(await settle(talk, said, { canTry: true }), providers);
}

/** Writes a draft that is not valid yet to the current directory. @throws AuthctlError */
async function write({ run, talk }: WizardContext, { answers, text }: Current): Promise<void> {
  const { clock, uid } = run.context;
  const path = `${answers.name ?? 'draft'}.yaml`;
  if (existsSync(path)) {
    talk.say(`${path} exists, and stays as it is`);
    return;
  }
  await writeOutFile(path, text, { clock, uid });
  talk.say(`wrote ${path}; authctl provider check ${path} says what is missing`);
}
