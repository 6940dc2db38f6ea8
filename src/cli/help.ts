/** `authctl help`: shows the help of a command, or a topic. */
import type { Command } from 'commander';
import type { Declaration } from '../declaration/declaration.ts';
import { didYouMean, nearest } from '../declaration/nearest.ts';
import { AuthctlError, hint, named } from '../errors.ts';
import type { BrokenProvider } from '../providers/declared.ts';
import { isTopicName, topicNames } from './topic-names.ts';
import { topicText } from './topics.ts';

/** What help is about. */
interface Subject {
  readonly providers: readonly Declaration[];
  readonly broken?: readonly BrokenProvider[];
  readonly columns?: () => number | undefined;
  readonly print: (text: string) => void;
}

/**
 * Prints the help.
 *
 * @param words of a command and a provider, or a topic
 * @throws AuthctlError `usage` for others
 */
export function showHelp(words: readonly string[], program: Command, subject: Subject): void {
  const { providers, broken = [], columns, print } = subject;
  const [first = ''] = words;
  if (words.length === 1 && isTopicName(first)) {
    print(topicText(first, providers, columns?.() ?? 80));
    return;
  }
  let command = program;
  for (const word of words) {
    const below = command.createHelp().visibleCommands(command);
    const next =
      below.find((each) => each.name() === word) ??
      command.commands.find((each) => each.name() === word && word.includes(','));
    if (!next) {
      const fault = broken.find(({ name }) => name === word)?.error;
      throw fault ?? unknownSubject(word, command === program, below, providers);
    }
    command = next;
  }
  command.outputHelp();
}

function unknownSubject(
  word: string,
  atTop: boolean,
  below: readonly Command[],
  providers: readonly Declaration[],
): AuthctlError {
  if (atTop && providers.some(({ name }) => name === word)) {
    return new AuthctlError('usage', `${word} is a provider, which follows a command`, {
      hint: hint`authctl help token ${named(word)}`,
    });
  }
  const names = below.map((each) => each.name());
  const meant = didYouMean(nearest(word, atTop ? [...names, ...topicNames] : names));
  const isProvider = providers.some(({ name }) => names.includes(name));
  const what = atTop ? 'command or topic' : isProvider ? 'provider' : 'command';
  return new AuthctlError('usage', `there is no ${what} ${JSON.stringify(word)}${meant}`, {
    hint: hint`authctl help`,
  });
}
