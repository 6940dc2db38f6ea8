/** `-o github`: variables for the next steps of a GitHub Actions job. */
import { AuthctlError } from '../errors.ts';
import type { Outcome, Result, Variable } from './result.ts';

/**
 * Commands for stdout that make the runner mask every secret in its logs, and the text for the file of
 * GITHUB_ENV or GITHUB_OUTPUT. Variables without a value are left out.
 * Source: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 *
 * @param path of that file
 * @param uuid a fresh random one, for a delimiter that no value can contain on purpose
 * @throws AuthctlError `token_unusable` for a value that contains the delimiter, and for a secret that
 *   is only spaces, which the runner does not mask
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
  // A mask does not cover a value that encodes the token.
  const { headers, query, cookies } = result.carried.carriers();
  for (const { value } of [...headers, ...query, ...cookies]) {
    if (!secrets.some((secret) => value.includes(secret))) secrets.push(value);
  }

  if (secrets.some((secret) => secret.trim() === ''))
    throw new AuthctlError(
      'token_unusable',
      'GitHub Actions cannot mask a value that is only spaces',
      { hint: 'use -o json' },
    );
  const text = given.map(({ name, value }) => {
    if (value.includes(delimiter))
      throw new AuthctlError(
        'token_unusable',
        `the value of ${name} contains the random delimiter of this run`,
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
