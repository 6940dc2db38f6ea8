import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { askOnTerminal } from '../../src/terminal/prompt.ts';

/** Prompts and types; returns the answer or the error, and everything that was shown. */
async function ask(keys: string | undefined, secret: boolean) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  let shown = '';
  output.on('data', (chunk) => {
    shown += String(chunk);
  });
  const answer = askOnTerminal('Password (password): ', { input, output, secret }).catch(
    (error: unknown) => error,
  );
  await setImmediate();
  const asked = shown;
  if (keys === undefined) input.end();
  else for (const key of keys) input.write(key);
  const value = await answer;
  await setImmediate();
  return { asked, value, shown };
}

describe.each([true, false])('a prompt (for a secret: %s)', (secret) => {
  test('shows its label before anything is typed', async () => {
    expect((await ask('x\r', secret)).asked).toContain('Password (password): ');
  });

  test.each([
    ['hunter2\r', 'hunter2'],
    ['hunter2\n', 'hunter2'],
    ['  a b  \r', '  a b  '],
    ['\r', ''],
    ['é😀"\\\r', 'é😀"\\'],
    ['hunterX\x7f2\r', 'hunter2'],
    ['one\rtwo\r', 'one'],
  ])('%j gives %j', async (keys, value) => {
    expect((await ask(keys, secret)).value).toBe(value);
  });

  test.each([
    ['Ctrl-C', 'abc\x03'],
    ['Ctrl-D', '\x04'],
    ['the end of the input', undefined],
  ])('%s interrupts', async (_what, keys) => {
    const { value, shown } = await ask(keys, secret);
    expect(value).toMatchObject({ code: 'interrupted', exitCode: 130 });
    expect(shown).toMatch(/\n$/);
  });

  test('leaves the cursor on a new line', async () => {
    expect((await ask('hunter2\r', secret)).shown).toMatch(/\n$/);
  });
});

test('a secret is hidden, even its length', async () => {
  const [short, long] = [await ask('x\r', true), await ask('correct horse\x7f\x7f\r', true)];
  expect(long.shown).toBe(short.shown);
  expect(long.shown.replace(/\x1b\[\d*[A-Z]/g, '')).toBe('Password (password): \n');
});

test('other input is shown while it is typed', async () => {
  expect((await ask('ann\r', false)).shown).toContain('ann');
});
