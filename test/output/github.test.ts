import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outputFormat } from '../../src/output/formats.ts';
import { options, refusal, sample, token } from './sample.ts';

/**
 * Reads a file of GITHUB_ENV by the rules of the workflow commands: a line is empty, NAME=value, or
 * NAME<<delimiter, and then the value's lines follow up to one that is the delimiter.
 */
function readEnvironmentFile(text: string): [name: string, value: string][] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('the last line is not ended');
  const variables: [string, string][] = [];
  for (let line = lines.shift(); line !== undefined; line = lines.shift()) {
    if (line === '') continue;
    const [, name = '', sign, rest = ''] = /^(.*?)(=|<<)(.*)$/.exec(line) ?? [];
    if (name === '' || sign === undefined) throw new Error(`invalid line: ${line}`);
    if (sign === '=') {
      variables.push([name, rest]);
      continue;
    }
    const end = lines.indexOf(rest);
    if (end < 0) throw new Error('the delimiter does not come again');
    variables.push([
      name,
      lines
        .splice(0, end + 1)
        .slice(0, -1)
        .join('\n'),
    ]);
  }
  return variables;
}

/** Reads the runner's commands on stdout: a command's data has %0D, %0A and, last, %25 in it. */
function masks(stdout: string): string[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const [, command, data = ''] = /^::(.*?)::(.*)$/.exec(line.trimStart()) ?? [];
      expect(command).toBe('add-mask');
      return data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
    });
}

const github = options({ format: 'github', githubEnv: '/env', githubOutput: '/output' });

test('the variables are added to the file of GITHUB_ENV, and the secrets masked', () => {
  const { stdout, append } = outputFormat(github)(sample('100%', { refreshToken: 'def' }));
  expect(stdout).toBe('::add-mask::100%25\n::add-mask::def\n');
  expect(append?.path).toBe('/env');
  expect(readEnvironmentFile(append?.text ?? '')).toEqual([
    ['MY_API_TOKEN', '100%'],
    ['MY_API_REFRESH_TOKEN', 'def'],
    ['MY_API_TOKEN_EXPIRES_AT', '2026-11-22T20:24:32Z'],
  ]);
});

test('--step-output adds them to the file of GITHUB_OUTPUT, under the same names', () => {
  const render = outputFormat({ ...github, stepOutput: true });
  const { append } = render(sample('abc', { lifetime: null }));
  expect(append?.path).toBe('/output');
  expect(readEnvironmentFile(append?.text ?? '')).toEqual([['MY_API_TOKEN', 'abc']]);
});

test('a header that hides the token in another form is masked as well', () => {
  const header = { name: 'Authorization', value: 'Basic YWJj' };
  expect(masks(outputFormat(github)({ ...sample('abc'), header }).stdout)).toEqual([
    'abc',
    'Basic YWJj',
  ]);
});

test('every token arrives exactly, masked', () => {
  fc.assert(
    fc.property(token, token, (accessToken, refreshToken) => {
      const result = sample(accessToken, { refreshToken, lifetime: null });
      const { stdout, append } = outputFormat(github)(result);
      expect(masks(stdout)).toEqual([accessToken, refreshToken]);
      expect(readEnvironmentFile(append?.text ?? '')).toEqual([
        ['MY_API_TOKEN', accessToken],
        ['MY_API_REFRESH_TOKEN', refreshToken],
      ]);
    }),
  );
});

describe('the delimiter', () => {
  test('is another one each time', () => {
    const uuids = ['one', 'two'];
    const render = outputFormat({ ...github, uuid: () => uuids.shift() ?? 'none' });
    expect(render(sample()).append?.text).toContain('<<ghadelimiter_one\n');
    expect(render(sample()).append?.text).toContain('<<ghadelimiter_two\n');
  });

  test('is never part of a value', async () => {
    const value = `x ghadelimiter_${github.uuid()}`;
    expect((await refusal(() => outputFormat(github)(sample(value)))).exitCode).toBe(7);
  });
});
