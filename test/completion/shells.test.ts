import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { providers as builtIn } from '../../src/providers/index.ts';
import { describeWith } from '../parts.ts';
import { keyOf, sessionOf } from '../session/sample.ts';
import { openStore } from '../store/directory.ts';
import { cases } from './cases.ts';
import { fromCommand, fromFile, newDesk, offers, shellNames, typed } from './shells.ts';

/** Declares a provider, and answers with names of which only one can be a provider's. */
const declaring = `#!/bin/sh
test "$*" = '__complete providers' || exit 1
cat <<'END'
mycorp	My Corporation
$(touch ran)
\`touch ran\`
x;touch ran
../ran

END
`;

describe.each(shellNames)('in %s', (shell) => {
  describeWith([shell, 'expect'], 'a Tab', () => {
    const desk = newDesk();
    const lines = cases.map(([line]) => line);
    let answers: ReturnType<typeof offers> | undefined;
    const asked = () => {
      answers ??= offers(shell, lines, desk);
      return answers;
    };

    test.each(cases.map(([line, offered], index) => ({ line, offered, index })))(
      'after "$line" offers what can stand there',
      async ({ offered, index }) => {
        expect([...((await asked())[index] ?? [])].sort()).toEqual([...offered].sort());
      },
    );

    test('starts neither authctl nor Node', async () => {
      await asked();
      expect(desk.started()).toBe(false);
    });

    test('runs nothing that a name or a word on the line says', async () => {
      await asked();
      expect(desk.ran()).toBe(false);
    });

    test('offers the profiles of sessions, of the config file and of the keychain', async () => {
      const desk = newDesk('built');
      const { store } = openStore(desk.home.state);
      for (const profile of ['work', 'Team.1', 'on_call']) {
        await store.save(sessionOf(keyOf({ profile })));
      }
      desk.home.setConfig({
        profiles: { client: { ropo: { cid: '1' } }, 'x;touch ran': {} },
        keychain_accounts: ['verbit/vault/api_key@https://platform.verbit.co'],
      });
      const [profiles] = await offers(shell, ['authctl token -p '], desk);
      const all = ['Team.1', 'client', 'default', 'on_call', 'vault', 'work'];
      expect([...(profiles ?? [])].sort()).toEqual(all);
      expect(desk.ran()).toBe(false);
    });

    test('offers no profile that authctl answers with and that is no name', async () => {
      const desk = newDesk(`#!/bin/sh\nprintf '%s\\n' work '$(touch ran)' 'x;touch ran' 'a b'\n`);
      const [profiles] = await offers(shell, ['authctl token -p '], desk);
      expect([...(profiles ?? [])].sort()).toEqual(['default', 'work']);
      expect(desk.ran()).toBe(false);
    });

    test('offers providers that the user declared, and nothing that is not a name', async () => {
      const desk = newDesk(declaring);
      mkdirSync(join(dirname(desk.home.config), 'providers'), { recursive: true });
      const lines = ['authctl token my', 'authctl status ', 'authctl exec ropo,my'];
      const [one, all, list] = await offers(shell, lines, desk);
      expect([one, all?.length, list]).toEqual([['mycorp'], builtIn.length + 1, ['ropo,mycorp']]);
      expect(desk.ran()).toBe(false);
    });

    test('works when the script comes from authctl itself', async () => {
      const [found] = await offers(shell, ['authctl log'], newDesk('built'), fromCommand[shell]);
      expect([...(found ?? [])].sort()).toEqual(['login', 'logout']);
    });

    test.each([
      ['token ropo --cacert certi\t', ['token', 'ropo', '--cacert', 'certify$(touch ran).pem']],
      ['login ropo --out-file=certi\t', ['login', 'ropo', '--out-file=certify$(touch ran).pem']],
      ['tok\trop\t-e se-t\t', ['token', 'ropo', '-e', 'se-test']],
    ])('that completes %j types what the shell reads as it is', async (line, words) => {
      const desk = newDesk();
      expect(await typed(shell, `authctl ${line}`, desk)).toEqual(['authctl', ...words]);
      expect(desk.ran()).toBe(false);
    });
  });
});

describeWith(['bash', 'expect'], 'in bash with options and word breaks of its own', () => {
  const load = `set -fu; shopt -s failglob; COMP_WORDBREAKS=\${COMP_WORDBREAKS//[=:]/}; ${fromFile.bash}`;

  test('a Tab offers the same', async () => {
    const lines = cases.map(([line]) => line);
    const found = await offers('bash', lines, newDesk(), load);
    const sorted = (names: readonly string[]) => [...names].sort();
    expect(found.map(sorted)).toEqual(cases.map(([, offered]) => sorted(offered)));
  });

  test('a file behind a flag in the same word is completed, and runs nothing', async () => {
    const desk = newDesk();
    const words = await typed('bash', 'authctl login ropo --out-file=certi\t', desk, load);
    expect(words.slice(3)).toEqual(['--out-file=certify$(touch ran).pem']);
    expect(desk.ran()).toBe(false);
  });
});
