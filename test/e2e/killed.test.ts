/** Processes that are killed at random moments, and the state that they leave behind. */
import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { accounts } from './accounts.ts';
import { type Home, newHome, type Outcome } from './harness.ts';
import { serve } from './servers.ts';
import { start } from './start.ts';

/** The number of processes to kill; AUTHCTL_TEST_KILLS changes it for a short or a very long run. */
const kills = Number(process.env['AUTHCTL_TEST_KILLS'] ?? 500);
/** The number of processes per home, which share its fingerprint key and temporary files. */
const inHome = 10;
/** The number of killed processes between two calls that must succeed. */
const perCall = 5;
const homesAtOnce = 8;

const { env, success } = accounts.verbit;
// Sessions last one hour and two are asked for, so every `token` asks the server, holding the lock.
const commands = [['login'], ['token', '--min-ttl', '2h']];

/** The relative paths of all files in a home's state directory. */
function filesOf({ state }: Home): string[] {
  const under = (directory: string): string[] =>
    entriesOf(join(state, directory)).flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? under(path) : [path];
    });
  return under('');
}

/** The entries of a directory; none if another process has just removed it. */
function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Checks that all stored files are complete. */
function checkStored(home: Home): void {
  for (const file of filesOf(home)) {
    const isSession = file.endsWith('.json');
    if (!isSession && !file.endsWith('/current')) continue;
    // A truncated file is not valid JSON, or lacks its end.
    const text = readFileSync(join(home.state, file), 'utf8');
    const { version, provider, outline, token_set } = JSON.parse(text);
    expect([file, version, text.at(-1)]).toEqual([file, 1, '\n']);
    expect(provider ?? outline.name).toBe('verbit');
    if (isSession && !outline) expect(token_set.access_token).toMatch(/^token-\d+$/);
  }
}

test(`after ${kills} killed processes, sessions are complete or absent, and nothing blocks the next call`, async () => {
  const asked = new Map<string, () => void>();
  const { url } = await serve(({ url: path }, count) => {
    asked.get(path)?.();
    return success(`token-${count}`);
  });
  let kill = 0;

  const killOne = async (home: Home, baseUrl: string) => {
    const [verb = '', ...flags] = commands[kill % commands.length] ?? [];
    // Counted from its start, or from its answer, when it has files to write.
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
      // Its own session and lock; the pointer to the current session is shared.
      const baseUrl = `${url}/${kill}`;
      await killOne(home, baseUrl);
      if (i % perCall > 0) continue;
      // Longer than a dead holder is waited for, and much shorter than the timeout.
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
    // A lock may be left if no later process needed it.
    const left = filesOf(home).filter((file) => !/\.json(\.lock)?$|-[0-9a-f]{16}$/.test(file));
    expect(left.sort()).toEqual(['fingerprint-key', 'sessions/verbit/default/current']);
    expect(readdirSync(join(home.state, 'unfinished'))).toEqual([]);
  };

  const lane = async () => {
    while (kill < kills) await oneHome();
  };
  await Promise.all(Array.from({ length: homesAtOnce }, lane));
}, 900_000);
