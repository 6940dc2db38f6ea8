import { expect, test } from '@jest/globals';
import { createRedactor } from '../../src/secrets/redact.ts';
import { createNotices } from '../../src/terminal/notices.ts';

/** The output on stderr for a notice and a detail. */
function printed(quiet: boolean, verbose: boolean, text: string): string {
  let written = '';
  const secrets = createRedactor();
  secrets.add('S3cr3t-canary');
  const stderr = {
    isTTY: true,
    write: async (chunk: string) => {
      written += chunk;
    },
  };
  const { notice, detail } = createNotices(stderr, secrets, { quiet, verbose });
  notice(`notice ${text}`);
  detail(`detail ${text}`);
  return written;
}

test.each([
  [false, false, 'authctl: notice x\n'],
  [true, false, ''],
  [false, true, 'authctl: notice x\nauthctl: detail x\n'],
  [true, true, 'authctl: detail x\n'],
])('quiet %s, verbose %s', (quiet, verbose, expected) => {
  expect(printed(quiet, verbose, 'x')).toBe(expected);
});

test('messages are redacted and stay on one line', () => {
  expect(printed(false, true, 'S3cr3t-canary\n\x1b[2J')).toBe(
    'authctl: notice ***\\n\\u{1b}[2J\nauthctl: detail ***\\n\\u{1b}[2J\n',
  );
});

test('a closed stderr is ignored', async () => {
  const stderr = { isTTY: false, write: () => Promise.reject(new Error('EPIPE')) };
  const { notice } = createNotices(stderr, createRedactor(), { quiet: false, verbose: false });
  expect(() => notice('x')).not.toThrow();
  // An unhandled rejection would fail the test.
  await new Promise((resolve) => setImmediate(resolve));
});
