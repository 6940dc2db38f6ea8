import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outputFormat } from '../../src/output/formats.ts';
import { options, sample, token } from './sample.ts';

const azure = outputFormat(options({ format: 'azure' }));

/** Reads a line as the agent does: the first `]` ends the properties, `%AZP25` is undone last. */
function readCommand(line: string) {
  const [, command, properties = '', data = ''] = /##vso\[(\S+) ([^\]]*)\](.*)$/.exec(line) ?? [];
  const unescaped = (text: string) =>
    text
      .replaceAll('%3B', ';')
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%5D', ']')
      .replaceAll('%AZP25', '%');
  const pairs = properties.split(';').map((property) => property.split('='));
  return { command, ...Object.fromEntries(pairs), data: unescaped(data) };
}

test('the tokens are set as secrets, and the expiry for all to see', () => {
  expect(azure(sample('100%;]', { refreshToken: 'def' }))).toEqual({
    stdout: `##vso[task.setvariable variable=MY_API_TOKEN;issecret=true]100%AZP25;]
##vso[task.setvariable variable=MY_API_REFRESH_TOKEN;issecret=true]def
##vso[task.setvariable variable=MY_API_TOKEN_EXPIRES_AT]2026-11-22T20:24:32Z
`,
  });
});

test('what there is not is not set', () => {
  expect(azure(sample('abc', { lifetime: null })).stdout).toBe(
    '##vso[task.setvariable variable=MY_API_TOKEN;issecret=true]abc\n',
  );
});

test('every token arrives exactly', () => {
  fc.assert(
    fc.property(token, (value) => {
      const [line = '', ...rest] = azure(sample(value, { lifetime: null })).stdout.split('\n');
      expect(rest).toEqual(['']);
      expect(readCommand(line)).toEqual({
        command: 'task.setvariable',
        variable: 'MY_API_TOKEN',
        issecret: 'true',
        data: value,
      });
    }),
  );
});
