import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outputFormat } from '../../src/output/formats.ts';
import { logOf, readCommandFile } from '../pipelines/github-log.ts';
import { carriedIn, options, refusal, sample, token } from './sample.ts';

/** The variables in the file of GITHUB_ENV. */
const readEnvironmentFile = (text: string) => [...readCommandFile(text)];

/** What the runner masks. Expects no other output. */
function masks(stdout: string): readonly string[] {
  const { masks, shown } = logOf(stdout);
  expect(shown).toBe('');
  return masks;
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

test('a header that encodes the token is masked as well', () => {
  const carried = carriedIn({ name: 'Authorization', value: 'Basic YWJj' });
  expect(masks(outputFormat(github)({ ...sample('abc'), carried }).stdout)).toEqual([
    'abc',
    'Basic YWJj',
  ]);
});

test('a token or refresh token that is only spaces is refused: the runner would not mask it', async () => {
  for (const result of [sample('  '), sample('abc', { refreshToken: ' ' })]) {
    const { exitCode, message, details } = await refusal(() => outputFormat(github)(result));
    expect([exitCode, details.hint]).toEqual([7, 'use -o json']);
    expect(message).toBe('GitHub Actions cannot mask a value that is only spaces');
  }
});

test('every other token arrives exactly and is masked', () => {
  const visible = token.filter((value) => value.trim() !== '');
  fc.assert(
    fc.property(visible, visible, (accessToken, refreshToken) => {
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
  test('is different each time', () => {
    const uuids = ['one', 'two'];
    const render = outputFormat({ ...github, uuid: () => uuids.shift() ?? 'none' });
    expect(render(sample()).append?.text).toContain('<<ghadelimiter_one\n');
    expect(render(sample()).append?.text).toContain('<<ghadelimiter_two\n');
  });

  test('cannot be part of a value', async () => {
    const value = `x ghadelimiter_${github.uuid()}`;
    expect((await refusal(() => outputFormat(github)(sample(value)))).exitCode).toBe(7);
  });
});
