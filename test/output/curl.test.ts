import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { curlConfig } from '../../src/output/curl.ts';
import { nasty, refusal, token } from './sample.ts';

const header = (value: string, name = 'Authorization') => ({
  headers: [{ name, value }],
  query: [],
  cookies: [],
});
const bearer = (value: string) => header(`Bearer ${value}`);

describe('the real curl sends', () => {
  let server: Server;
  let url: string;
  let directory: string;
  /** The Authorization lines as they arrived. An HTTP server would trim them. */
  let lines: string[];

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'authctl-curl-'));
    server = createServer((socket) => {
      let pending = '';
      socket.setEncoding('latin1').on('data', (text: string) => {
        pending += text;
        for (let end = pending.indexOf('\r\n\r\n'); end >= 0; end = pending.indexOf('\r\n\r\n')) {
          const head = pending.slice(0, end).split('\r\n');
          pending = pending.slice(end + 4);
          lines.push(...head.filter((line) => line.startsWith('Authorization')));
          socket.write('HTTP/1.1 204 No Content\r\n\r\n');
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true });
    await new Promise((resolve) => server.close(resolve));
  });

  const curl = async (configs: readonly string[]): Promise<string[]> => {
    lines = [];
    const path = join(directory, 'config');
    writeFileSync(path, configs.map((config) => `${config}url = "${url}"\n`).join('next\n'));
    const { PATH } = process.env;
    // As in the documentation, with a process substitution.
    await promisify(execFile)('bash', ['-c', 'curl -q -sS --config <(cat "$0")', path], {
      env: { PATH, HOME: directory },
    });
    return lines;
  };

  test('every token byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(token, { minLength: 50, maxLength: 100 }), async (tokens) => {
        const values = [...nasty, ...tokens];
        const sent = await curl(values.map((value) => curlConfig(bearer(value))));
        expect(sent).toEqual(values.map((value) => `Authorization: Bearer ${value}`));
      }),
      { numRuns: 2 },
    );
  });

  test('a token of the maximum length', async () => {
    const value = 'a'.repeat(65_536);
    expect(await curl([curlConfig(bearer(value))])).toEqual([`Authorization: Bearer ${value}`]);
  });
});

test.each([
  ['too long for a line of a curl config', bearer('\\'.repeat(65_536))],
  ['only spaces, for which curl sends no header', header('  ', 'Token')],
])('a token is refused if it is %s', async (_, unusable) => {
  const error = await refusal(() => curlConfig(unusable));
  expect([error.exitCode, error.details.hint]).toEqual([7, 'use -o json']);
});
