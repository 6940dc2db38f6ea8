import { expect, test } from '@jest/globals';
import { createRedactor } from '../../src/secrets/redact.ts';
import { createNotices } from '../../src/terminal/notices.ts';

/** What is on stderr after a notice and a detail. */
function said(quiet: boolean, verbose: boolean, text: string): string {
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
  expect(said(quiet, verbose, 'x')).toBe(expected);
});

test('neither tells a secret, nor breaks its line', () => {
  expect(said(false, true, 'S3cr3t-canary\n\x1b[2J')).toBe(
    'authctl: notice ***\\n\\u{1b}[2J\nauthctl: detail ***\\n\\u{1b}[2J\n',
  );
});

test('a stderr that is gone is no obstacle', async () => {
  const stderr = { isTTY: false, write: () => Promise.reject(new Error('EPIPE')) };
  const { notice } = createNotices(stderr, createRedactor(), { quiet: false, verbose: false });
  expect(() => notice('x')).not.toThrow();
  // A rejection that nobody handles would end the test run.
  await new Promise((resolve) => setImmediate(resolve));
});
