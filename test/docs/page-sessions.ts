/** Runs the sessions of docs/your-api.md on a terminal, against the APIs of the page. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { bin, type Home, newHome, run } from '../e2e/harness.ts';
import { exampleSecrets } from './example-apis.ts';

/** A terminal on which the page's commands are typed. */
export interface Terminal {
  /**
   * Runs a command in bash, as the page shows it.
   *
   * @param shown the output on the page, which has what is typed at prompts
   * @returns the output, as the page would show it
   */
  readonly type: (command: string, shown: string) => Promise<string>;
}

/**
 * Creates a terminal in a new home.
 *
 * @param files by name, in the working directory
 * @param origins on loopback, by the origin that stands for each on the page
 */
export function newTerminal(
  files: ReadonlyMap<string, string>,
  origins: ReadonlyMap<string, string>,
): Terminal {
  const home = newHome();
  const programs = join(home.path, 'bin');
  mkdirSync(programs);
  symlinkSync(bin, join(programs, 'authctl'));
  const replaced = (text: string) =>
    [...origins].reduce((so, [origin, url]) => so.replaceAll(origin, url), text);
  for (const [name, text] of files) home.write(name, replaced(text));
  const exported: string[] = [];
  return {
    type: async (command, shown) => {
      if (command.startsWith('export ')) {
        exported.push(command);
        return '';
      }
      const screen = await atTerminal(home, [...exported, replaced(command)].join('\n'), shown);
      return [...origins]
        .reduce((so, [origin, url]) => so.replaceAll(url, origin), screen)
        .replaceAll(home.path, '/home/ada');
    },
  };
}

async function atTerminal(home: Home, script: string, shown: string): Promise<string> {
  const { PATH = '' } = process.env;
  const answers = promptsIn(shown).map(
    ({ prompt, typed }) => `expect {
      timeout { puts "no prompt"; exit 99 }
      eof { exit 98 }
      -exact {${prompt}}
    }
    send -- {${typed}}
    send "\\r"`,
  );
  home.write('script.sh', script);
  const file = home.write(
    'script.exp',
    ['set timeout 20', 'spawn -noecho bash script.sh', ...answers, 'expect eof'].join('\n'),
  );
  const { stdout } = await run(['expect', '-f', file], {
    home,
    cwd: home.path,
    env: { TERM: 'dumb', PATH: [join(home.path, 'bin'), PATH].join(delimiter), LC_ALL: 'C.UTF-8' },
  });
  return onPaper(stdout);
}

/** The prompts in the output of a page, and what is typed at each. A secret is not shown. */
function promptsIn(shown: string) {
  return [...shown.matchAll(/^(.*\((y\/N|[a-z_]+)\): ?)(.*)$/gm)]
    .filter(([, prompt = '']) => !prompt.startsWith('authctl:'))
    .map(([, prompt = '', name = '', typed = '']) => ({
      prompt: prompt.trimEnd(),
      typed: typed === '' ? (exampleSecrets[name] ?? '') : typed,
    }));
}

/** What a terminal shows, without its control sequences and trailing spaces. */
function onPaper(screen: string): string {
  return screen
    .replace(/\x1b\[[0-9;]*[A-Za-z]/g, '')
    .replaceAll('\r', '')
    .replace(/ +$/gm, '');
}
