/** The contract suite: tests every provider with its fixture, and against its vendor's document. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { buildRequest } from '../../src/declaration/request.ts';
import { readTokenSet } from '../../src/declaration/response.ts';
import { addCarriers, carriersOf, formsOf } from '../../src/declaration/use.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Request } from '../../src/http/message.ts';
import { providers } from '../../src/providers/index.ts';
import { answerOf } from '../answers.ts';
import {
  type AnswerFixture,
  type Fixture,
  generated,
  loadFixtures,
  receivedAt,
} from './fixture.ts';
import { isVendor, type OperationName, validateRequest, validateResponse } from './openapi.ts';

const fixtures = await loadFixtures();

test('every fixture belongs to a provider', () => {
  expect(providers.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(fixtures)));
});

const page = '<html>Welcome</html>';
/** Answers that any server, or a proxy in front of it, may give. */
const anywhere: readonly AnswerFixture[] = [
  { what: 'a 401 without a body', status: 401, fails: { code: 'refused' } },
  { what: 'a 403 page', status: 403, body: page, fails: { code: 'bad_answer' } },
  { what: 'too many requests', status: 429, body: page, fails: { code: 'rate_limited' } },
  { what: 'a server error', status: 500, body: {}, fails: { code: 'server_error' } },
  { what: 'a gateway’s error', status: 502, body: page, fails: { code: 'server_error' } },
  {
    what: 'a redirect',
    status: 307,
    headers: { location: 'https://elsewhere.example/' },
    fails: { code: 'redirect', message: 'elsewhere.example' },
  },
  { what: 'a 404 page', status: 404, body: page, fails: { code: 'bad_answer', hint: 'base URL' } },
  { what: 'a 405', status: 405, body: {}, fails: { code: 'bad_answer' } },
  { what: 'a login page', status: 200, body: page, fails: { code: 'bad_answer' } },
  { what: 'a 204', status: 204, fails: { code: 'bad_answer' } },
  { what: 'an empty object', status: 200, body: {}, fails: { code: 'bad_answer' } },
  { what: 'null', status: 200, body: null, fails: { code: 'bad_answer' } },
];

/** Values that would break out of a text that is concatenated. */
const hostile = [
  '"',
  '\\',
  '\\"',
  '"}',
  '","admin":true,"x":"',
  '{braces}',
  '{password}',
  '{uuid}{now}',
  '{{}}',
  '{',
  '}',
  'line\nbreak',
  'carriage\rreturn',
  'X\r\nInjected: yes',
  'tab\tinside',
  'nul\0inside',
  '\x1b[2J',
  ' around ',
  'umlaut ü, ÿ',
  'beyond Ā',
  'emoji 😀',
  '\u2028\u202e\ufeff',
  'half \ud83d',
  '$(id) `id` %s %00 &amp; +',
  '__proto__',
  'null',
  '1',
  'x'.repeat(10_000),
].map((value) => [value] as const);

describe.each(providers.map((declaration) => [declaration.name, declaration] as const))(
  '%s',
  (name, declaration) => {
    const fixture = fixtures[name];
    if (!fixture || !isVendor(name)) {
      test('has a fixture and a document', () => {
        throw new Error(
          `${name} needs test/contracts/fixtures/${name}.ts and test/contracts/${name}.yaml`,
        );
      });
      return;
    }

    test('has the servers of its document', () => {
      expect((declaration.environments ?? []).map((each) => [each.name, each.baseUrl])).toEqual(
        Object.entries(fixture.environments ?? {}),
      );
    });

    test('has a fixture for each login', () => {
      expect(fixture.logins.map(({ credentials }) => Object.keys(credentials))).toEqual(
        declaration.login.map(({ fields }) => fields),
      );
    });

    test.each(
      fixture.logins.map(
        ({ credentials, request }) =>
          [Object.keys(credentials).join(' and '), credentials, request] as const,
      ),
    )('logs in with %s, byte for byte as in its document', (_what, credentials, request) => {
      expect(login(declaration, fixture, credentials)).toEqual(request);
      expect(validateRequest(name, request)).toEqual([]);
    });

    test('sends a token as in its document', () => {
      const { use } = declaration;
      const { header } = use;
      const forms = formsOf(use).map((form) => carriersOf(use, () => 'the-token', form));
      expect(forms).toEqual(
        fixture.use.values.map((value) => ({
          headers: [{ name: header, value }],
          query: [],
          cookies: [],
        })),
      );
      expect(header).toBe(fixture.use.header);
      expect(declaration.verify !== undefined).toBe(fixture.verify !== undefined);
      if (!declaration.verify || !fixture.verify) return;
      const request = buildRequest(declaration.verify.request, fixture.baseUrl, () => undefined);
      expect(request).toEqual(fixture.verify);
      for (const form of forms) {
        expect(validateRequest(name, addCarriers(request, form))).toEqual([]);
      }
    });

    describe('reads the answer to a login:', () => {
      test.each(fixture.answers)('$what', (answer) => {
        if (answer.documented ?? true) checkDocumented('login', answer);
        checkReading(declaration, answer, 'credentials');
      });
      test.each(anywhere)('$what', (answer) => checkReading(declaration, answer, 'credentials'));
    });

    test('has a fixture for its refresh', () => {
      expect(fixture.refresh !== undefined).toBe(declaration.refresh !== undefined);
    });
    const { refresh } = fixture;
    if (refresh) {
      test('refreshes byte for byte as in its document', () => {
        const values = new Map([['refresh_token', 'the-refresh-token']]);
        const template = declaration.refresh?.request;
        expect(
          template && buildRequest(template, fixture.baseUrl, (each) => values.get(each)),
        ).toEqual(refresh.request);
        expect(validateRequest(name, refresh.request)).toEqual([]);
      });
      describe('reads the answer to a refresh:', () => {
        test.each(refresh.answers)('$what', (answer) => {
          checkDocumented('refresh', answer);
          checkReading(declaration, answer, 'refresh token');
        });
        test.each(anywhere)('$what', (answer) =>
          checkReading(declaration, answer, 'refresh token'),
        );
      });
    }

    describe('sends the exact value, or refuses it with the name of its field:', () => {
      for (const { credentials, request } of fixture.logins) {
        for (const field of Object.keys(credentials)) {
          const check = (value: string) =>
            checkHostile(declaration, fixture, credentials, request, field, value);
          test.each(hostile)(`${field} %j`, check);
          test(`any ${field}`, () => {
            const text = fc.string({ unit: 'binary', minLength: 1 });
            const nearly = fc.string({ unit: fc.constantFrom(...'"\\{}\n\r\t\0 é'), minLength: 1 });
            fc.assert(fc.property(fc.oneof(text, nearly), check));
          });
        }
      }
    });

    function checkDocumented(operation: OperationName, { status = 200, body }: AnswerFixture) {
      if (isVendor(name)) expect(validateResponse(name, operation, status, body)).toEqual([]);
    }
  },
);

function login(
  declaration: Declaration,
  { baseUrl }: Fixture,
  credentials: Readonly<Record<string, string>>,
): Request {
  const fields = Object.keys(credentials).join();
  const found = declaration.login.find((each) => each.fields.join() === fields);
  if (!found?.request) throw new Error(`${declaration.name} has no login with ${fields}`);
  const values = new Map(Object.entries({ ...generated, ...credentials }));
  return buildRequest(found.request, baseUrl, (name) => values.get(name));
}

function checkReading(
  declaration: Declaration,
  { gives, fails, headers = { date: new Date(receivedAt).toUTCString() }, ...parts }: AnswerFixture,
  sent: 'credentials' | 'refresh token',
): void {
  const response = answerOf({ ...parts, headers, receivedAt });
  const read = () => readTokenSet(declaration, response, { sent });
  if (gives) {
    expect(read()).toEqual({
      accessToken: gives.token,
      ...(gives.refresh !== undefined && { refreshToken: gives.refresh }),
      receivedAt,
      lifetime: gives.lifetime * 1000,
    });
    return;
  }
  expect(read).toThrow(
    expect.objectContaining({
      code: fails?.code,
      message: expect.stringContaining(fails?.message ?? ''),
      details: expect.objectContaining({
        provider: declaration.name,
        status: response.status,
        ...(fails?.words !== undefined && { serverWords: fails.words }),
        ...(fails?.hint !== undefined && { hint: expect.stringContaining(fails.hint) }),
      }),
    }),
  );
}

/** Expects that replacing one credential changes nothing else in the request. */
function checkHostile(
  declaration: Declaration,
  fixture: Fixture,
  credentials: Readonly<Record<string, string>>,
  { body, headers, ...rest }: Request,
  field: string,
  value: string,
): void {
  const usual = credentials[field] ?? '';
  let sent: Request;
  try {
    sent = login(declaration, fixture, { ...credentials, [field]: value });
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    expect(error.code).toBe('credential_unsendable');
    expect(error.message).toMatch(new RegExp(`^${field} cannot be sent in a header: `));
    expect(value).toMatch(/[^\t\x20-\x7e\x80-\xff]|^[ \t]|[ \t]$/);
    return;
  }
  const { body: sentBody, headers: sentHeaders, ...sentRest } = sent;
  expect(sentRest).toEqual(rest);
  expect(sentHeaders).toEqual(
    Object.fromEntries(
      Object.entries(headers).map(([name, text]) => [name, text.replace(usual, () => value)]),
    ),
  );
  for (const text of Object.values(sentHeaders)) expect(text).toMatch(/^[\t\x20-\x7e\x80-\xff]*$/);
  expect(sentBody === undefined).toBe(body === undefined);
  if (sentBody === undefined || body === undefined) return;
  const expected: unknown = JSON.parse(body, (_key, item: unknown) =>
    item === usual ? value : item,
  );
  expect(JSON.parse(sentBody)).toEqual(expected);
}
