/** Processes that are killed at any moment, and what is found afterwards. */
import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { accounts } from './accounts.ts';
import { type Home, newHome, type Outcome } from './harness.ts';
import { serve } from './servers.ts';
import { start } from './start.ts';

/** How often a process is killed; AUTHCTL_TEST_KILLS says it for a short or a very long run. */
const kills = Number(process.env['AUTHCTL_TEST_KILLS'] ?? 500);
/** So many of them in one home: they share its fingerprint key and its unfinished files. */
const inHome = 10;
/** After so many of them, the next call is made. */
const perCall = 5;
const homesAtOnce = 8;

const { env, success } = accounts.verbit;
// Sessions last an hour and two are wanted: every `token` asks the server, holding the lock.
const commands = [['login'], ['token', '--min-ttl', '2h']];

/** The files of a home's state directory, by their paths in it. */
function filesOf({ state }: Home): string[] {
  const under = (directory: string): string[] =>
    entriesOf(join(state, directory)).flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? under(path) : [path];
    });
  return under('');
}

/** Of a directory that another process has just removed: nothing. */
function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Checks that what is stored is whole. */
function checkStored(home: Home): void {
  for (const file of filesOf(home)) {
    const isSession = file.endsWith('.json');
    if (!isSession && !file.endsWith('/current')) continue;
    // A part of a file is no JSON, or has no end.
    const text = readFileSync(join(home.state, file), 'utf8');
    const { version, provider, outline, token_set } = JSON.parse(text);
    expect([file, version, text.at(-1)]).toEqual([file, 1, '\n']);
    expect(provider ?? outline.name).toBe('verbit');
    if (isSession && !outline) expect(token_set.access_token).toMatch(/^token-\d+$/);
  }
}

test(`a process is killed, ${kills} times: sessions are whole or absent, and nothing is in the way`, async () => {
  const asked = new Map<string, () => void>();
  const { url } = await serve(({ url: path }, count) => {
    asked.get(path)?.();
    return success(`token-${count}`);
  });
  let kill = 0;

  const killOne = async (home: Home, baseUrl: string) => {
    const [verb = '', ...flags] = commands[kill % commands.length] ?? [];
    // From its start, or from when its answer is on the way: there it has files to write.
    const early = kill++ % 3 === 0;
    const request = new Promise<void>((resolve) => {
      asked.set(`${new URL(baseUrl).pathname}/auth`, resolve);
    });
    const victim = start([verb, 'verbit', '--base-url', baseUrl, ...flags], { home, env });
    if (!early) await Promise.race([request, victim.ended]);
    await sleep(Math.random() * (early ? 200 : 50));
    victim.signal('SIGKILL');
    await victim.ended;
    checkStored(home);
  };

  const oneHome = async () => {
    const home = newHome();
    const calls: Promise<Outcome>[] = [];
    for (let i = 1; i <= inHome; i++) {
      // A session, and a lock, of its own; the pointer to the last one is shared.
      const baseUrl = `${url}/${kill}`;
      await killOne(home, baseUrl);
      if (i % perCall > 0) continue;
      // Far less than the others would be waited for, and more than a dead one is.
      const next = ['token', 'verbit', '--base-url', baseUrl, '--timeout', '15s'];
      calls.push(start(next, { home, env }).ended);
    }
    for (const outcome of await Promise.all(calls)) {
      expect(outcome).toMatchObject({ code: 0, stderr: '' });
      expect(outcome.stdout).toMatch(/^token-\d+\n$/);
    }
    const last = start(['login', 'verbit', '--base-url', url], { home, env });
    expect(await last.ended).toMatchObject({ code: 0, stderr: '' });
    checkStored(home);
    // A lock may be left where nobody called again.
    const left = filesOf(home).filter((file) => !/\.json(\.lock)?$|-[0-9a-f]{16}$/.test(file));
    expect(left.sort()).toEqual(['fingerprint-key', 'sessions/verbit/default/current']);
    expect(readdirSync(join(home.state, 'unfinished'))).toEqual([]);
  };

  const lane = async () => {
    while (kill < kills) await oneHome();
  };
  await Promise.all(Array.from({ length: homesAtOnce }, lane));
}, 900_000);
