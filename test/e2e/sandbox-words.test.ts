/** Every word of a login works against the sandbox that is made of its declaration. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Home, newHome, authctl as program, project } from './harness.ts';

const names = ['stepped', 'coded', 'timed', 'signed', 'minted'] as const;
type Name = (typeof names)[number];

/** A home with a provider of the corpus. */
async function withProvider(name: Name): Promise<Home> {
  const home = newHome();
  const file = join(project, `test/fuzz/corpus/declarations/${name}.txt`);
  expect(await program(['provider', 'add', file, '--yes'], { home })).toMatchObject({ code: 0 });
  return home;
}

const authctl = '"$NODE" "$AUTHCTL"';

/** Runs commands in the sandbox, and returns the exit code of each, and all output. */
async function inSandbox(name: Name, commands: readonly string[]) {
  const home = await withProvider(name);
  const script = commands.map((command) => `${command}; echo "exit $?"`).join('\n');
  const { stdout, stderr } = await program(['sandbox', '--', 'sh', '-c', script], { home });
  const codes = [...stdout.matchAll(/^exit (\d+)$/gm)].map(([, code]) => Number(code));
  return { codes, stdout, stderr };
}

describe('in the sandbox', () => {
  test.each<[Name, readonly (readonly [string, number])[]]>([
    [
      'stepped',
      [
        [`${authctl} login stepped`, 3],
        [`${authctl} login stepped --otp 654321`, 4],
        [`STEPPED_PASSWORD=wrong ${authctl} login stepped --otp 123456`, 4],
        [`${authctl} login stepped --otp 123456`, 0],
        [`${authctl} token stepped`, 0],
        [`${authctl} verify stepped`, 0],
        [`${authctl} refresh stepped`, 0],
        [`${authctl} verify stepped`, 0],
        [`${authctl} logout stepped`, 0],
        [`${authctl} verify stepped`, 3],
      ],
    ],
    [
      'coded',
      [
        [`${authctl} login coded`, 3],
        [`${authctl} login coded --otp 654321`, 4],
        [`echo 123456 | ${authctl} login coded --otp-stdin`, 0],
        [`${authctl} verify coded`, 0],
      ],
    ],
    [
      'timed',
      [
        [`TIMED_SEED=MFRGGZDFMZTWQ2LK ${authctl} login timed`, 4],
        [`${authctl} login timed`, 0],
        // Waits for the next code.
        [`${authctl} login timed`, 0],
        [`${authctl} verify timed`, 0],
      ],
    ],
    [
      'signed',
      [
        [`SIGNED_CLIENT_ID=other ${authctl} login signed`, 4],
        [`SIGNED_PRIVATE_KEY=wrong ${authctl} login signed`, 2],
        [`${authctl} login signed`, 0],
        [`${authctl} login signed --account 1`, 0],
        [`${authctl} verify signed`, 0],
        [`${authctl} refresh signed`, 0],
        [`${authctl} verify signed`, 0],
        [`${authctl} logout signed`, 0],
      ],
    ],
    [
      'minted',
      [
        [`${authctl} login minted`, 0],
        [`${authctl} token minted`, 0],
        [`${authctl} verify minted`, 0],
        [`MINTED_KEY_ID=other ${authctl} login minted --profile other`, 0],
        [`MINTED_KEY_ID=other ${authctl} verify minted --profile other`, 4],
        [`${authctl} logout minted`, 0],
      ],
    ],
  ])('%s logs in, and refuses what is wrong', async (name, steps) => {
    const commands = steps.map(([command]) => command);
    const { codes, stderr } = await inSandbox(name, commands);
    expect({ results: commands.map((command, at) => [command, codes[at]]), stderr }).toEqual({
      results: steps,
      stderr: expect.any(String),
    });
  });

  test('the login of a second profile ends the token of the first', async () => {
    const { codes, stdout, stderr } = await inSandbox('stepped', [
      `first=$(${authctl} login stepped --otp 123456)`,
      `${authctl} token stepped --profile other --otp 123456`,
      `${authctl} login stepped --profile other --otp 123456 >/dev/null`,
      `${authctl} verify stepped --profile other`,
      `printf %s "$first" | ${authctl} verify stepped --profile other --token-stdin`,
    ]);
    expect({ codes, stdout, stderr }).toMatchObject({ codes: [0, 3, 0, 0, 4] });
  });
});

describe('provider test', () => {
  test.each<[Name, readonly string[]]>([
    [
      'stepped',
      [
        'found csrf at the header X-Csrf',
        'the answer asks for otp',
        'found challenge at /challenge',
        'the token is the kept value sid, 32 characters',
        'found the token, 32 characters, at /sid',
        'found leave_token at /token',
      ],
    ],
    ['coded', ['found the token, 32 characters, at /token']],
    ['timed', ['found the token, 32 characters, at /token']],
    ['signed', ['found the refresh token, 32 characters, at /renewed/refresh']],
    ['minted', ['signed the token, 335 characters, with ES256; nothing was sent']],
  ])('says what was found for %s, and shows no secret', async (name, found) => {
    const home = await withProvider(name);
    const fixture = join(home.path, 'fixture.json');
    const args = ['provider', 'test', name, '--save-fixture', fixture];
    const { code, stdout, stderr } = await program(args, { home });
    expect({ code, stdout, stderr }).toMatchObject({ code: 0 });
    const lines = stdout.split('\n').map((line) => line.trim());
    expect(lines).toEqual(expect.arrayContaining([...found]));
    const saved = readFileSync(fixture, 'utf8');
    const exchanges = JSON.parse(saved).steps.flatMap(
      (step: { exchanges: readonly unknown[] }) => step.exchanges,
    );
    expect(exchanges).toHaveLength(stdout.match(/^ {2}answered \d+$/gm)?.length ?? 0);
    expect(stdout + saved).not.toMatch(
      /123456|sandbox-(?:csrf|challenge|password|leave)|JBSWY3DP|eyJ|PRIVATE KEY|"code":"?\d{6,8}/,
    );
    expect(home.sessions()).toEqual([]);
  });
});
