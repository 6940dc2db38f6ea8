import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { outputFormat } from '../../src/output/formats.ts';
import { expanded, variableIn } from '../pipelines/azure-agent.ts';
import { options, refusal, sample, token } from './sample.ts';

const azure = outputFormat(options({ format: 'azure' }));

test('the tokens are set as secret variables, and the expiry as a plain one', () => {
  expect(azure(sample('100%;]', { refreshToken: 'def' }))).toEqual({
    stdout: `##vso[task.setvariable variable=MY_API_TOKEN;issecret=true]100%AZP25;]
##vso[task.setvariable variable=MY_API_REFRESH_TOKEN;issecret=true]def
##vso[task.setvariable variable=MY_API_TOKEN_EXPIRES_AT]2026-11-22T20:24:32Z
`,
  });
});

test('a variable without a value is not set', () => {
  expect(azure(sample('abc', { lifetime: null })).stdout).toBe(
    '##vso[task.setvariable variable=MY_API_TOKEN;issecret=true]abc\n',
  );
});

test('every token arrives exactly, whatever the other variables, or is refused', async () => {
  const others = { PATH: { value: '/bin', secret: false }, T: { value: 'other', secret: true } };
  await fc.assert(
    fc.asyncProperty(token, async (value) => {
      if (value.includes('$(')) {
        const { exitCode } = await refusal(() => azure(sample(value)));
        return exitCode === 7;
      }
      const [line = '', ...rest] = azure(sample(value, { lifetime: null })).stdout.split('\n');
      const { name, ...variable } = variableIn(line) ?? { name: '' };
      const after = expanded(new Map(Object.entries({ ...others, [name]: variable })));
      expect([rest, after.get('MY_API_TOKEN')]).toEqual([[''], { value, secret: true }]);
      return true;
    }),
  );
});

test.each(['$(PATH)', 'a$(ropoApicode)b', '$($(', '$(('])(
  'a token with %s is refused, because the agent would expand it',
  async (part) => {
    for (const result of [sample(part), sample('abc', { refreshToken: part })]) {
      const { exitCode, details } = await refusal(() => azure(result));
      expect([exitCode, details.hint]).toEqual([7, 'use authctl exec, or -o json']);
    }
  },
);
