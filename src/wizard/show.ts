/** Shows the draft, and what it does with secrets, a screen at a time. */
import { disclose } from '../providers/disclosure.ts';
import type { Conversation } from '../terminal/conversing.ts';
import { wrapped } from '../terminal/wrapped.ts';
import type { WizardContext } from './context.ts';
import { type Current, provisional } from './current.ts';

/** The rows of the menu, and of what is said above it. */
const menuHeight = 11;

/** Shows the draft, what it does with secrets, and what is open. */
export async function show(
  { run, providers, draftTalk }: WizardContext,
  now: Current,
): Promise<void> {
  const lines = now.text.trimEnd().split('\n').slice(1);
  const declaration = await provisional(now, providers);
  const open =
    now.declaration || !declaration
      ? now.problems.map((problem) => `still open: ${problem}`)
      : ['Where the token is, is still open: a real login shows it.'];
  const told = declaration ? disclose(declaration, run.context.env).lines : [];
  const about = told.map((line) => `It ${line}.`);
  const last = [...about, ...open].flatMap((line) => wrapped(line, draftTalk.columns()));
  await pages(draftTalk, ['', ...lines], ['', ...last]);
}

/** Lines a screen at a time, and what is to stand above the menu after them. */
async function pages(
  talk: Conversation,
  lines: readonly string[],
  last: readonly string[],
): Promise<void> {
  const height = (line: string) => Math.max(1, Math.ceil(line.length / talk.columns()));
  const wait = () => talk.wait('-- Enter goes on --');
  let used = 0;
  for (const line of lines) {
    if (used + height(line) > talk.rows() - 2) {
      await wait();
      used = 0;
    }
    talk.say(line);
    used += height(line);
  }
  const rest = last.reduce((sum, line) => sum + height(line), 0);
  if (used + rest + menuHeight > talk.rows()) await wait();
  for (const line of last) talk.say(line);
}
