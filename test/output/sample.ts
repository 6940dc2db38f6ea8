/** Results and tokens for the tests of the output. */
import fc from 'fast-check';
import type { Carried, Carrier } from '../../src/declaration/use.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { OutputOptions } from '../../src/output/formats.ts';
import type { Result, Variable } from '../../src/output/result.ts';

/** 2026-11-22T19:24:32.500Z */
export const now = Date.UTC(2026, 10, 22, 19, 24, 32, 500);

/** A result of the provider `my-api`. */
export function sample(
  accessToken = 'abc.def.ghi',
  more: { refreshToken?: string; lifetime?: number | null } = {},
): Result {
  const { refreshToken, lifetime = 3_600_000 } = more;
  return {
    provider: 'my-api',
    profile: 'default',
    baseUrl: 'https://api.example/v1',
    tokenSet: {
      accessToken,
      receivedAt: now,
      lifetime,
      ...(refreshToken === undefined ? {} : { refreshToken }),
    },
    carried: carriedIn({ name: 'Authorization', value: `Bearer ${accessToken}` }),
    source: 'login',
    now,
  };
}

/** What one header carries. */
export function carriedIn(header: Carrier): Carried {
  return { carriers: () => ({ headers: [header], query: [], cookies: [] }), variables: [] };
}

/** The options of a command line without flags. */
export function options(more: Partial<OutputOptions> = {}): OutputOptions {
  return {
    provider: 'my-api',
    parentProcess: () => 'bash',
    uuid: () => '2f1f4b4e-5d0c-4a53-9d0a-6b1f7a3f9a10',
    ...more,
  };
}

/** A secret variable. */
export function secret(value: string, name = 'T'): Variable {
  return { name, value, secret: true };
}

/** Tokens that would run, expand or end something if they were not quoted correctly. */
export const nasty = [
  "'",
  '"',
  "''",
  "'''",
  "'''''''",
  "a'b''c",
  '\\',
  "\\'",
  "'\\",
  '\\\\',
  'ends with \\',
  '$(touch pwned)',
  '`touch pwned`',
  '(touch pwned)',
  "';touch pwned;'",
  "'\\'';touch pwned;'",
  '";touch pwned;"',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: for shells, which must not expand it
  '$HOME ${HOME} $env:PATH %PATH% !PATH! !!',
  '~',
  '=ls',
  '* ? [a-z] {a,b}',
  '-n',
  '--',
  '#comment',
  '  two  spaces  ',
  ' ',
  '|&;<>()^',
  '@file',
  '%0A%0D%25%3B%5D%AZP25',
  '##vso[task.setvariable variable=A]b',
  '::add-mask::x',
  'T<<EOF',
  String.fromCharCode(...Array.from({ length: 95 }, (_, index) => 0x20 + index)),
] as const;

/** Any token, often composed of the nasty ones. */
export const token: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary-ascii', minLength: 1 }).map(toPrintable),
  fc
    .array(fc.constantFrom(...nasty, "'", '\\', '$', 'x', ' '), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join('')),
);

function toPrintable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (character) =>
    String.fromCharCode(0x20 + (character.charCodeAt(0) % 95)),
  );
}

/** The AuthctlError that an action throws. */
export async function refusal(action: () => unknown): Promise<AuthctlError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof AuthctlError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
