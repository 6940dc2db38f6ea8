/**
 * Fuzzes logins: whatever a declaration that the check accepts and the answers of its server are, every request
 * goes to the server, and the login ends with a token or an AuthctlError.
 */
import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc, { type Arbitrary } from 'fast-check';
import { performLogin } from '../../src/client/steps.ts';
import { checkDeclaration } from '../../src/declaration/check.ts';
import type { Declaration } from '../../src/declaration/declaration.ts';
import validate from '../../src/declaration/generated/validator.js';
import { isToken } from '../../src/declaration/token.ts';
import { AuthctlError, hint } from '../../src/errors.ts';
import type { Response } from '../../src/http/message.ts';
import { createRedactor } from '../../src/secrets/redact.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { noProgress } from '../../src/terminal/progress.ts';
import { answerOf } from '../answers.ts';
import { fakeClock } from '../clock.ts';
import { corpus, fuzzAny } from './corpus.ts';

const origin = 'https://api.example';
const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });

const declarations = corpus('declarations').map((text) => JSON.parse(text));

/** What is done to a part of a declaration. */
interface Edit {
  /** Which of its parts, from 0 up to 1. */
  readonly place: number;
  readonly action: 'remove' | 'repeat' | 'replace' | 'move';
  readonly from: number;
  readonly word: unknown;
}

/** The place of a part: the names on the way to it. */
type Path = readonly string[];

function pathsIn(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([name, each]) => pathsIn(each, [...path, name]));
  return path.length === 0 ? inner : [path, ...inner];
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((here, name) => (here as Record<string, unknown>)[name], value);
}

/** A copy of a declaration, with an edit. */
function edited(declaration: unknown, { place, action, from, word }: Edit): unknown {
  const copy = structuredClone(declaration);
  const paths = pathsIn(copy);
  const path = paths[Math.floor(place * paths.length)] ?? [];
  const parent = at(copy, path.slice(0, -1)) as Record<string, unknown>;
  const name = path.at(-1) ?? '';
  if (action === 'remove') {
    if (Array.isArray(parent)) parent.splice(Number(name), 1);
    else delete parent[name];
  } else if (action === 'repeat' && Array.isArray(parent)) {
    parent.push(structuredClone(parent[Number(name)]));
  } else if (action === 'move') {
    // From a place of the same name, in any declaration of the corpus.
    const others = declarations.flatMap((each) =>
      pathsIn(each).flatMap((other) => (other.at(-1) === name ? [at(each, other)] : [])),
    );
    parent[name] = structuredClone(others[Math.floor(from * others.length)]);
  } else {
    parent[name] = word;
  }
  return copy;
}

const words: readonly unknown[] = [
  ...['{csrf}', '{mfa}', '{user}', '{code}', '{seed}', '{assertion}', '{uuid}', '/mfa', '/csrf'],
  ...['{private_key}', '{issued|number}', '{base_url}', '/a/{mfa}', '/token', 'csrf', 'mfa', 'x'],
  ...[true, false, 1, { header: 'X-A' }, { text: true }, { value: 'mfa' }, { value: 'csrf' }],
  ...[{ status: [401] }, { status: [200, 401], body: [{ at: '/mfa', absent: true }] }, {}],
];
const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const edit: Arbitrary<Edit> = fc.record({
  place: unit,
  action: fc.constantFrom('remove', 'repeat', 'replace', 'move'),
  from: unit,
  word: fc.constantFrom(...words),
});
const candidates = fc
  .tuple(fc.constantFrom(...declarations), fc.array(edit, { maxLength: 3 }))
  .map(([declaration, edits]) => edits.reduce<unknown>(edited, declaration));

const values = fc.constantFrom<unknown>(
  ...['v4lue', 'https://evil.example/', '//evil.example', '@evil.example', '../..', '..', '.', ''],
  ...[
    '{password}',
    'a\nb',
    'é',
    '\0',
    ' ',
    '%2e',
    'x'.repeat(70_000),
    null,
    true,
    5,
    1e300,
    [],
    {},
  ],
);
const answers = fc.record({
  status: fc.constantFrom(200, 200, 200, 201, 204, 302, 400, 401, 401, 403, 409, 429, 500),
  cookies: fc.constantFrom([], ['sid=v; Max-Age=60'], ['sid=v', 'sid=w']),
  headers: fc.constantFrom({}, { 'x-a': 'v' }, { location: 'https://evil.example/' }),
  body: fc.oneof(
    fc.constantFrom<unknown>('', '<html>', 'v', null, []),
    fc.record(
      { csrf: values, mfa: values, token: values, nonce: values, message: values },
      { requiredKeys: [] },
    ),
    fc.constant({ csrf: 'v4lue', mfa: 'v4lue', token: 't0ken' }),
  ),
});
const inputs = fc.constantFrom(
  'v',
  '../..',
  'https://evil.example/',
  'a"b\\c{}%\n\u2028é😀',
  '{csrf}',
);

/** Makes the first login of a declaration, if it is a valid one. @returns whether it is */
async function tryLogin(
  candidate: unknown,
  given: readonly Response[],
  input: string,
  canAsk: boolean,
): Promise<boolean> {
  if (!validate(candidate)) return false;
  const { $schema: _, ...declaration } = candidate as Declaration & { readonly $schema?: string };
  if (checkDeclaration(declaration).length > 0) return false;
  const clock = fakeClock(1e12);
  let count = 0;
  for (const login of declaration.login) {
    const fields = declaration.fields.filter(
      ({ name, once, optional }) => login.fields.includes(name) || (optional && !once),
    );
    const of = (name: string) =>
      name === 'private_key' ? String(key) : name === 'seed' ? 'GEZDGNBVGY3TQOJQ' : input;
    const connection = {
      declaration,
      baseUrl: `${origin}/base`,
      send: async (makeRequest: () => { readonly url: string }) => {
        const { url } = makeRequest();
        expect([new URL(url).origin, url]).toEqual([origin, expect.stringMatching(/\/base\//)]);
        count += 1;
        return given[count % given.length] ?? answerOf({});
      },
      options: { timeout: 30_000, retries: 0 },
      clock,
      uuid: () => 'u',
      secrets: createRedactor(),
      detail: () => {},
      progress: noProgress,
    };
    const store = memoryStore();
    try {
      const tokenSet = await clock.until(
        performLogin({
          connection,
          login,
          values: new Map(fields.map(({ name }) => [name, of(name)])),
          askCode: canAsk ? async () => '123456' : undefined,
          codeHint: hint`log in`,
          store,
          notice: () => {},
          found: () => {},
        }),
      );
      expect(isToken(tokenSet.accessToken)).toBe(true);
      for (const value of Object.values(tokenSet.kept ?? {})) expect(isToken(value)).toBe(true);
    } catch (error) {
      if (!(error instanceof AuthctlError)) throw error;
    }
    // A login is repeated at most for a code.
    expect(count).toBeLessThanOrEqual(12 * declaration.login.length);
  }
  return true;
}

test('a login: the corpus', async () => {
  const token = answerOf({ body: { token: 't0ken', csrf: 'v', mfa: 'v' } });
  for (const declaration of declarations.filter(({ name }) => name !== 'ropo')) {
    await tryLogin(declaration, [token], 'v', true);
  }
  for (const name of ['second-factor', 'assertion', 'minting']) {
    const declaration = declarations.find((each) => each.name === name);
    expect([name, await tryLogin(declaration, [token], 'v', true)]).toEqual([name, true]);
  }
});

let tried = 0;
let valid = 0;
fuzzAny(
  'a login',
  fc.asyncProperty(
    candidates,
    fc.array(answers, { minLength: 1, maxLength: 4 }),
    inputs,
    fc.boolean(),
    async (candidate, given, input, canAsk) => {
      tried += 1;
      if (await tryLogin(candidate, given.map(answerOf), input, canAsk)) valid += 1;
    },
  ),
  { runs: 1000 },
);

test('a login: enough of the edits leave a valid declaration', () => {
  expect(valid).toBeGreaterThan(tried / 10);
});
