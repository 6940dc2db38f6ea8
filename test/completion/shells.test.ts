import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { providers as builtIn } from '../../src/providers/index.ts';
import { describeWith } from '../parts.ts';
import { keyOf, sessionOf } from '../session/sample.ts';
import { openStore } from '../store/directory.ts';
import { cases } from './cases.ts';
import { fromCommand, fromFile, newSetup, offers, shellNames, typed } from './shells.ts';

/** An authctl that lists one valid provider and several invalid names. */
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
  describeWith([shell, 'expect'], 'the Tab key', () => {
    const setup = newSetup();
    const lines = cases.map(([line]) => line);
    let results: ReturnType<typeof offers> | undefined;
    const allOffers = () => {
      results ??= offers(shell, lines, setup);
      return results;
    };

    test.each(cases.map(([line, offered], index) => ({ line, offered, index })))(
      'after "$line" offers the right completions',
      async ({ offered, index }) => {
        expect([...((await allOffers())[index] ?? [])].sort()).toEqual([...offered].sort());
      },
    );

    test('starts neither authctl nor Node', async () => {
      await allOffers();
      expect(setup.started()).toBe(false);
    });

    test('does not execute names or words on the line', async () => {
      await allOffers();
      expect(setup.ran()).toBe(false);
    });

    test('offers the profiles of sessions, the config file and the keychain', async () => {
      const setup = newSetup('built');
      const { store } = openStore(setup.home.state);
      for (const profile of ['work', 'Team.1', 'on_call']) {
        await store.save(sessionOf(keyOf({ profile })));
      }
      setup.home.setConfig({
        profiles: { client: { ropo: { cid: '1' } }, 'x;touch ran': {} },
        keychain_accounts: ['verbit/vault/api_key@https://platform.verbit.co'],
      });
      const [profiles] = await offers(shell, ['authctl token -p '], setup);
      const all = ['Team.1', 'client', 'default', 'on_call', 'vault', 'work'];
      expect([...(profiles ?? [])].sort()).toEqual(all);
      expect(setup.ran()).toBe(false);
    });

    test('offers no profile with an invalid name', async () => {
      const setup = newSetup(`#!/bin/sh\nprintf '%s\\n' work '$(touch ran)' 'x;touch ran' 'a b'\n`);
      const [profiles] = await offers(shell, ['authctl token -p '], setup);
      expect([...(profiles ?? [])].sort()).toEqual(['default', 'work']);
      expect(setup.ran()).toBe(false);
    });

    test('offers declared providers, and none with an invalid name', async () => {
      const setup = newSetup(declaring);
      mkdirSync(join(dirname(setup.home.config), 'providers'), { recursive: true });
      const lines = ['authctl token my', 'authctl status ', 'authctl exec ropo,my'];
      const [one, all, list] = await offers(shell, lines, setup);
      expect([one, all?.length, list]).toEqual([['mycorp'], builtIn.length + 1, ['ropo,mycorp']]);
      expect(setup.ran()).toBe(false);
    });

    test('works with the script that authctl prints', async () => {
      const [found] = await offers(shell, ['authctl log'], newSetup('built'), fromCommand[shell]);
      expect([...(found ?? [])].sort()).toEqual(['login', 'logout']);
    });

    test.each([
      ['token ropo --cacert certi\t', ['token', 'ropo', '--cacert', 'certify$(touch ran).pem']],
      ['login ropo --out-file=certi\t', ['login', 'ropo', '--out-file=certify$(touch ran).pem']],
      ['tok\trop\t-e se-t\t', ['token', 'ropo', '-e', 'se-test']],
    ])('inserts quoted text when it completes %j', async (line, words) => {
      const setup = newSetup();
      expect(await typed(shell, `authctl ${line}`, setup)).toEqual(['authctl', ...words]);
      expect(setup.ran()).toBe(false);
    });
  });
});

describeWith(['bash', 'expect'], 'in bash with other options and word breaks', () => {
  const load = `set -fu; shopt -s failglob; COMP_WORDBREAKS=\${COMP_WORDBREAKS//[=:]/}; ${fromFile.bash}`;

  test('the completions are the same', async () => {
    const lines = cases.map(([line]) => line);
    const found = await offers('bash', lines, newSetup(), load);
    const sorted = (names: readonly string[]) => [...names].sort();
    expect(found.map(sorted)).toEqual(cases.map(([, offered]) => sorted(offered)));
  });

  test('a file after a flag in the same word is completed and not executed', async () => {
    const setup = newSetup();
    const words = await typed('bash', 'authctl login ropo --out-file=certi\t', setup, load);
    expect(words.slice(3)).toEqual(['--out-file=certify$(touch ran).pem']);
    expect(setup.ran()).toBe(false);
  });
});
