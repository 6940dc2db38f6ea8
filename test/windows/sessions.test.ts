/** The session store under Windows' rules for files: case is ignored, and some names are devices. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { authctl, newHome, output } from '../e2e/harness.ts';
import { counted, shut } from './windows.ts';

test('status and logout find the sessions', async () => {
  const home = newHome();
  const { env } = await counted();
  await output(['login', 'ropo', '-q'], { home, env });
  const listed = JSON.parse(await output(['status', '-o', 'json'], { home }));
  expect(listed).toEqual([expect.objectContaining({ provider: 'ropo', profile: 'default' })]);
  const { code, stderr } = await authctl(['logout', 'ropo'], { home });
  expect([code, stderr]).toEqual([0, 'authctl: removed 1 session\n']);
  expect(home.sessions()).toEqual([]);
});

test('each profile has its own session, whatever Windows makes of its name', async () => {
  const home = newHome();
  const { env, logins } = await counted();
  const profiles = ['A', 'a', 'con', 'NUL', 'x.', 'x', '..'];
  const printed: string[] = [];
  for (const profile of profiles)
    printed.push(await output(['token', 'ropo', '-q', '-p', profile], { home, env }));
  expect(printed).toEqual(profiles.map((_, index) => `token-${index + 1}\n`));
  expect(await output(['token', 'ropo', '-q', '-p', 'A'], { home, env })).toBe('token-1\n');
  expect(logins()).toBe(profiles.length);
  const directories = readdirSync(join(home.state, 'sessions/ropo'));
  const folded = new Set(directories.map((name) => name.toLowerCase()));
  expect([directories.length, folded.size]).toEqual([profiles.length, profiles.length]);
});

test.each(['sessions/ropo/default', ''])(
  'a directory that cannot be written to, "%s", holds up nothing',
  async (name) => {
    const home = newHome();
    const { env } = await counted();
    const directory = join(home.state, name);
    mkdirSync(directory, { recursive: true });
    const open = shut(directory);
    const began = performance.now();
    const { code, stdout, stderr } = await authctl(['token', 'ropo'], { home, env });
    expect([code, stdout]).toEqual([0, 'token-1\n']);
    expect(stderr).toMatch(/^authctl: notice: the session cannot be stored: /);
    expect(performance.now() - began).toBeLessThan(10_000);
    open();
  },
);
