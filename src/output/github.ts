/** `-o github`: variables for the following steps of a GitHub Actions job. */
import { AuthctlError } from '../errors.ts';
import type { Outcome, Result } from './result.ts';
import type { Variable } from './variables.ts';

/**
 * The commands on stdout that have the runner mask every secret in its logs, and the text for the
 * file that GITHUB_ENV or GITHUB_OUTPUT names. A variable without a value is in neither.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 * @param path of that file
 * @param uuid a fresh random one: part of the delimiter, so that no value can end itself
 * @throws AuthctlError `token_unusable` where a value has the delimiter in it, and for a secret of
 *   nothing but spaces, which the runner does not mask
 */
export function githubOutcome(
  result: Result,
  variables: readonly Variable[],
  path: string,
  uuid: string,
): Outcome {
  const delimiter = `ghadelimiter_${uuid}`;
  const given = variables.flatMap(({ name, value, secret }) =>
    value === undefined ? [] : [{ name, value, secret }],
  );
  const secrets = given.filter(({ secret }) => secret).map(({ value }) => value);
  // A header that encodes the token would get past the token's own mask.
  if (!result.header.value.includes(result.tokenSet.accessToken)) secrets.push(result.header.value);

  if (secrets.some((secret) => secret.trim() === ''))
    throw new AuthctlError('token_unusable', 'the token is one that GitHub Actions cannot mask', {
      hint: 'use -o json',
    });
  const text = given.map(({ name, value }) => {
    if (value.includes(delimiter))
      throw new AuthctlError(
        'token_unusable',
        `the value of ${name} has the file's delimiter in it`,
        {
          hint: 'run it again, or use -o json',
        },
      );
    return `${name}<<${delimiter}\n${value}\n${delimiter}\n`;
  });
  return {
    stdout: secrets.map((secret) => `::add-mask::${secret.replaceAll('%', '%25')}\n`).join(''),
    append: { path, text: text.join('') },
  };
}
