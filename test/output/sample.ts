/** Results and tokens that the tests of the output share. */
import fc from 'fast-check';
import { AuthctlError } from '../../src/errors.ts';
import type { OutputOptions } from '../../src/output/formats.ts';
import type { Result } from '../../src/output/result.ts';
import type { Variable } from '../../src/output/variables.ts';

/** 2026-11-22T19:24:32.500Z */
export const now = Date.UTC(2026, 10, 22, 19, 24, 32, 500);

/** A result of the provider `my-api`; the header follows from the token. */
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
    header: { name: 'Authorization', value: `Bearer ${accessToken}` },
    source: 'login',
    now,
  };
}

/** What the command line gives where nothing is asked for. */
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

/** Tokens that would run, expand or end something if they were not quoted right. */
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
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shells that must not fill it in
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

/** Any token, and often one made of the parts of the nasty ones. */
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

/** The error of ours that an action ends in, as its exit code and its code. */
export async function refusal(action: () => unknown): Promise<AuthctlError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof AuthctlError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
