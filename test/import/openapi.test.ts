import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { readDeclaration } from '../../src/declaration/read.ts';
import { buildRequest } from '../../src/declaration/request.ts';
import { readTokenSet } from '../../src/declaration/response.ts';
import { requestValues } from '../../src/declaration/values.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Answers } from '../../src/import/draft/answers.ts';
import { type Draft, draftOf } from '../../src/import/draft.ts';
import { usualLimits } from '../../src/import/openapi/files.ts';
import { readOpenApi } from '../../src/import/openapi/read.ts';
import { operationNamed } from '../../src/import/pick.ts';
import type { Candidate } from '../../src/import/reader.ts';
import { draftText } from '../../src/import/write.ts';
import { samplesOf } from '../../src/sandbox/samples.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { answerOf } from '../answers.ts';
import { world } from '../sandbox/exchanges.ts';

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

function folder(files: Readonly<Record<string, unknown>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'authctl-openapi-'));
  roots.push(root);
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, 'docs', name);
    mkdirSync(dirname(path), { recursive: true });
    const text = typeof content === 'string' ? content : undefined;
    writeFileSync(
      path,
      text ?? (name.endsWith('.json') ? JSON.stringify(content) : stringify(content)),
    );
  }
  return join(root, 'docs');
}

const read = (document: unknown, more: Readonly<Record<string, unknown>> = {}) =>
  readOpenApi(join(folder({ 'api.yaml': document, ...more }), 'api.yaml'));

async function best(document: unknown, more = {}): Promise<Candidate> {
  const [first] = await read(document, more);
  if (!first) throw new Error('there is no candidate');
  return first;
}

const open = ({ questions }: Draft) => questions.map(({ about }) => about);

/** The declaration that a document gives after these answers; it must be valid. */
async function declared(draft: Draft): Promise<Declaration> {
  const bytes = Buffer.from(draftText(draft));
  const result = await readDeclaration(bytes, { format: 'yaml', builtIn: [] });
  expect(result.problems ?? []).toEqual([]);
  if (!result.declaration) throw new Error('the draft is not valid');
  return result.declaration;
}

/** Logs in to the sandbox that is made from a declaration. */
async function logsIn(declaration: Declaration): Promise<string> {
  const sandbox = await startSandbox([declaration], world);
  try {
    const { credentials } = samplesOf(declaration);
    const request = declaration.login[0]?.request;
    if (!request) throw new Error('there is no login');
    const lookUp = requestValues(declaration, {
      values: new Map(Object.entries(credentials)),
      uuid: world.uuid,
      now: world.now(),
    });
    const { url, ...init } = buildRequest(request, `${sandbox.origin}/${declaration.name}`, lookUp);
    const response = await fetch(url, init);
    const answer = answerOf({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      cookies: response.headers.getSetCookie(),
      body: await response.text(),
      receivedAt: world.now(),
    });
    return readTokenSet(declaration, answer, { sent: 'credentials', lookUp }).accessToken;
  } finally {
    await sandbox.close();
  }
}

/** The valid declaration of a document's best login, which logs in to its sandbox. */
async function imported(document: unknown, answers: Answers = {}, more = {}): Promise<Declaration> {
  const found = (await best(document, more)).read();
  const asked = open(draftOf(found, { name: 'made' }));
  const given: Answers = {
    name: 'made',
    ...(asked.includes('server') && { server: 'https://api.made.example' }),
    ...(asked.includes('inputs') && { inputs: [] }),
    ...answers,
  };
  const draft = draftOf(found, given);
  expect(open(draft)).toEqual([]);
  const declaration = await declared(draft);
  expect(await logsIn(declaration)).not.toBe('');
  return declaration;
}

const doubtsOf = async (document: unknown) => {
  const { doubts } = draftOf((await best(document)).read(), { name: 'made' });
  return doubts.map(({ text }) => text).join('\n');
};

const text = { type: 'string' } as const;
const json = (schema: unknown, more = {}) => ({
  content: { 'application/json': { schema, ...more } },
});
const object = (properties: Readonly<Record<string, unknown>>, required?: readonly string[]) => ({
  type: 'object',
  properties,
  ...(required && { required }),
});
const ok = (schema: unknown) => ({ '200': { description: 'ok', ...json(schema) } });

/** A document of version 3.0 with these paths. */
const api = (paths: unknown, more = {}) => ({
  openapi: '3.0.3',
  info: { title: 'Made', version: '1' },
  paths,
  ...more,
});

const credentials = object({ username: text, password: text }, ['username', 'password']);
/** A plain login, and things that may be changed. */
const login = (operation = {}) => ({
  post: {
    summary: 'Log in',
    requestBody: { required: true, ...json(credentials) },
    responses: ok(object({ token: text })),
    ...operation,
  },
});

describe('the login', () => {
  const user = { get: { summary: 'The current user', security: [{ jwt: [] }], responses: ok({}) } };
  const document = api(
    {
      '/users': {
        post: { summary: 'Create a user', requestBody: json(credentials), responses: ok({}) },
      },
      '/auth/refresh': {
        post: { summary: 'Refresh the token', responses: ok(object({ token: text })) },
      },
      '/auth/login': login({ operationId: 'logIn', tags: ['Authentication'] }),
      '/auth/login/google': login({ summary: 'Log in with Google' }),
      '/me': user,
    },
    { components: { securitySchemes: { jwt: { type: 'http', scheme: 'bearer' } } } },
  );

  test('is ranked, with the reasons in words', async () => {
    const candidates = await read(document);
    expect(candidates).toHaveLength(5);
    expect(candidates[0]?.operation).toBe('POST:/auth/login');
    expect(candidates[0]?.reasons).toEqual([
      'the path ends with "login"',
      'the summary speaks of a login',
      'its operationId speaks of a login',
      'its tag speaks of logins',
      'a password or a secret is sent',
      'a user is sent',
      'the answer has a token',
      'it is a POST',
    ]);
    expect(candidates.at(-1)?.score).toBeLessThan(1);
  });

  test.each([
    'POST:/auth/login/google',
    'post:/auth/login/google',
    'POST /auth/login/google',
    '/auth/login/google',
  ])('can be named as %s', async (name) => {
    const candidates = await read(document);
    expect(operationNamed(candidates, name, 'it').operation).toBe('POST:/auth/login/google');
  });

  test('can be named by its operationId', async () => {
    const candidates = await read(document);
    expect(operationNamed(candidates, 'logIn', 'it').operation).toBe('POST:/auth/login');
  });

  test('a wrong name gets one that is near', async () => {
    const candidates = await read(document);
    const hint = 'use one such as POST:/auth/login; --all lists them';
    expect(() => operationNamed(candidates, 'POST:/auth/logn', 'it')).toThrow(
      expect.objectContaining({
        message: 'there is no operation "POST:/auth/logn" in it',
        details: { hint },
      }),
    );
  });
});

describe('shapes of documents', () => {
  test('2.0: a host, a base path, a body by reference; check and logout', async () => {
    const declaration = await imported(
      {
        swagger: '2.0',
        info: { title: 'Old', version: '1' },
        host: 'api.old.example',
        basePath: '/v1',
        schemes: ['http', 'https'],
        definitions: {
          Login: object({ user: text, password: { type: 'string', format: 'password' } }, [
            'user',
            'password',
          ]),
        },
        securityDefinitions: {
          key: { type: 'apiKey', in: 'header', name: 'Authorization: Bearer' },
        },
        security: [{ key: [] }],
        paths: {
          '/session': {
            post: {
              security: [],
              parameters: [
                {
                  in: 'body',
                  name: 'body',
                  required: true,
                  schema: { $ref: '#/definitions/Login' },
                },
              ],
              responses: {
                201: {
                  schema: object({ token: text, expire: { type: 'string', format: 'date-time' } }),
                },
              },
            },
            delete: { responses: { 204: {} } },
          },
          '/session/userinfo': {
            get: { responses: { 200: { schema: object({ loggedIn: { type: 'boolean' } }) } } },
          },
        },
      },
      { server: 'https://api.old.example/v1' },
    );
    expect(declaration).toMatchObject({
      title: 'Old',
      login: [
        {
          request: {
            method: 'POST',
            path: '/session',
            json: { user: '{user}', password: '{password}' },
          },
        },
      ],
      answer: { token: '/token', lifetime: { until: { at: '/expire', as: 'iso' } } },
      verify: { request: { method: 'GET', path: '/session/userinfo' } },
      logout: { request: { method: 'DELETE', path: '/session' } },
      use: { header: 'Authorization', value: 'Bearer {token}' },
    });
    expect(declaration.fields.map(({ name, secret }) => [name, secret])).toEqual([
      ['user', false],
      ['password', true],
    ]);
  });

  test('Basic is traded for a token; client credentials; servers of the operation', async () => {
    const document = api(
      {
        '/oauth/token': {
          post: {
            servers: [
              { url: 'https://test.made.example/', description: 'Integration environment' },
              { url: 'https://api.made.example/', description: 'Production' },
            ],
            security: [{ basic: [] }],
            parameters: [{ in: 'header', name: 'x-merchant', schema: text }],
            requestBody: {
              required: true,
              content: {
                'application/x-www-form-urlencoded': {
                  schema: object(
                    { grant_type: { type: 'string', default: 'client_credentials' } },
                    ['grant_type'],
                  ),
                },
              },
            },
            responses: ok(object({ access_token: text, expires_in: text })),
          },
        },
      },
      { components: { securitySchemes: { basic: { type: 'http', scheme: 'basic' } } } },
    );
    const found = (await best(document)).read();
    const draft = draftOf(found, { name: 'made' });
    expect(open(draft)).toEqual(['server', 'inputs']);
    expect(draft.declaration['environments']).toEqual([
      { name: 'production', baseUrl: 'https://api.made.example' },
      { name: 'integration', baseUrl: 'https://test.made.example' },
    ]);
    const declaration = await imported(document);
    expect(declaration.login).toEqual([
      {
        fields: ['client_id', 'client_secret'],
        request: {
          method: 'POST',
          path: '/oauth/token',
          basic: { user: '{client_id}', password: '{client_secret}' },
          form: { grant_type: 'client_credentials' },
        },
      },
    ]);
    expect(declaration.answer).toEqual({ token: '/access_token', lifetime: { at: '/expires_in' } });
  });

  const grants = api(
    {
      '/token': {
        post: {
          parameters: [
            {
              in: 'query',
              name: 'grant_type',
              required: true,
              schema: { type: 'string', enum: ['password', 'refresh_token', 'pkce'] },
            },
          ],
          security: [{ app: [] }],
          requestBody: json(
            object({
              email: text,
              password: text,
              phone: text,
              refresh_token: text,
              auth_code: text,
            }),
            {
              examples: {
                'grant_type=refresh_token': { value: { refresh_token: 'c4nary-refresh' } },
                'grant_type=password': {
                  value: { email: 'c4nary@made.example', password: 'c4nary-password' },
                },
              },
            },
          ),
          responses: ok(
            object({
              access_token: text,
              refresh_token: text,
              expires_in: { type: 'integer' },
              expires_at: { type: 'integer' },
            }),
          ),
        },
      },
      '/user': { get: { security: [{ app: [], user: [] }], responses: ok({}) } },
      '/logout': { post: { security: [{ app: [], user: [] }], responses: { 204: {} } } },
    },
    {
      servers: [
        {
          url: 'https://{project}.made.example/auth/v1',
          variables: { project: { default: 'abc' } },
        },
      ],
      components: {
        securitySchemes: {
          user: { type: 'http', scheme: 'bearer' },
          app: { type: 'apiKey', in: 'header', name: 'apikey' },
        },
      },
    },
  );

  test('several grants in one body, a key that every call carries, a tenant in the host', async () => {
    const declaration = await imported(grants, {
      server: 'https://{project}.made.example/auth/v1',
    });
    expect(declaration).toMatchObject({
      environments: [{ name: 'production', baseUrl: 'https://{project}.made.example/auth/v1' }],
      login: [
        {
          fields: ['project', 'api_key', 'email', 'password'],
          request: {
            query: { grant_type: 'password' },
            headers: { apikey: '{api_key}' },
            json: { email: '{email}', password: '{password}' },
          },
        },
      ],
      answer: {
        token: '/access_token',
        refreshToken: '/refresh_token',
        lifetime: { at: '/expires_in' },
      },
      refresh: {
        request: {
          query: { grant_type: 'refresh_token' },
          headers: { apikey: '{api_key}' },
          json: { refresh_token: '{refresh_token}' },
        },
      },
      verify: { request: { method: 'GET', path: '/user' } },
      logout: { request: { method: 'POST', path: '/logout' } },
      use: { header: 'Authorization', value: 'Bearer {token}', headers: { apikey: '{api_key}' } },
    });
    expect(declaration.fields.find(({ name }) => name === 'api_key')).toMatchObject({
      secret: true,
      carried: true,
    });
  });

  test('values of examples get into no draft', async () => {
    const found = (await best(grants)).read();
    expect(JSON.stringify(draftOf(found)) + draftText(draftOf(found))).not.toContain('c4nary');
    expect(JSON.stringify(found)).not.toContain('c4nary');
  });

  test('nor do defaults and constants of credentials, and passwords in URLs', async () => {
    const secret = (more: object) => ({ type: 'string', ...more });
    const document = api(
      {
        '/login': login({
          requestBody: json(
            object(
              {
                username: secret({ default: 'c4nary' }),
                password: secret({ default: 'c4nary', example: 'c4nary', enum: ['c4nary'] }),
                apiKey: secret({ const: 'c4nary' }),
                client: secret({ const: 'cli' }),
              },
              ['username', 'password', 'apiKey', 'client'],
            ),
          ),
        }),
      },
      {
        servers: [
          { url: 'https://me:c4nary@a.example/' },
          { url: 'ftp://me:c4nary@a.example/?c4nary' },
        ],
        externalDocs: { url: 'https://me:c4nary@a.example/' },
      },
    );
    const draft = draftOf((await best(document)).read());
    expect(JSON.stringify(draft) + draftText(draft)).not.toContain('c4nary');
    expect((await imported(document)).login[0]?.request).toMatchObject({
      json: { username: '{username}', password: '{password}', apiKey: '{api_key}', client: 'cli' },
    });
  });

  test('a constant that only prose knows is a doubt', async () => {
    const type = { type: 'string', description: 'such as `m.login.password`' };
    const requestBody = json(
      object({ type, username: text, password: text }, ['type', 'username', 'password']),
    );
    const document = api({ '/login': login({ requestBody }) });
    expect(await doubtsOf(document)).toContain(
      '"type" may be a constant; the document says: such as',
    );
    expect((await imported(document)).login[0]?.request).toMatchObject({
      json: { type: '{type}' },
    });
  });

  test('nothing is required: the user and the password are; two headers of calls', async () => {
    const declaration = await imported(
      api({
        '/api/login': {
          post: {
            requestBody: json(
              object({
                user: text,
                password: text,
                resume: { type: 'string', description: 'an earlier token' },
                code: { type: 'string', description: 'The 2FA code' },
              }),
              { examples: { Example: { value: { user: 'me', password: 'c4nary' } } } },
            ),
            responses: ok(
              object({ status: text, data: object({ authToken: text, userId: text }) }),
            ),
          },
        },
        '/api/login - with Facebook': login(),
        '/api/me': {
          get: {
            parameters: [
              { in: 'header', name: 'X-User-Id', required: true, schema: text },
              { in: 'header', name: 'X-Auth-Token', required: true, schema: text },
            ],
            responses: ok({}),
          },
        },
      }),
      { inputs: ['body /code'] },
    );
    expect(declaration).toMatchObject({
      login: [
        {
          fields: ['user', 'password'],
          request: { json: { user: '{user}', password: '{password}', code: '{code}' } },
        },
      ],
      answer: { token: '/data/authToken', keep: { user_id: { at: '/data/userId' } } },
      verify: { request: { path: '/api/me' } },
      use: { header: 'X-Auth-Token', value: '{token}', headers: { 'X-User-Id': '{user_id}' } },
    });
    expect(declaration.fields.find(({ name }) => name === 'code')).toMatchObject({ once: true });
  });

  test('a password in the query, XML before JSON, the whole body, a lifetime in a header', async () => {
    const declaration = await imported(
      api({
        '/user/login': {
          get: {
            operationId: 'loginUser',
            parameters: [
              { in: 'query', name: 'username', schema: text },
              { in: 'query', name: 'password', schema: text },
            ],
            responses: {
              200: {
                headers: {
                  'X-Rate-Limit': { schema: { type: 'integer' } },
                  'X-Expires-After': { schema: { type: 'string', format: 'date-time' } },
                },
                content: {
                  'application/xml': { schema: text },
                  'application/json': { schema: text },
                },
              },
            },
          },
        },
      }),
    );
    expect(declaration).toMatchObject({
      login: [
        {
          fields: ['username', 'password'],
          request: { query: { username: '{username}', password: '{password}' } },
        },
      ],
      answer: { token: '', lifetime: { until: { at: { header: 'X-Expires-After' }, as: 'iso' } } },
    });
  });

  test('3.1: split over files, a constant in an example, milliseconds', async () => {
    const declaration = await imported(
      {
        openapi: '3.1.0',
        info: { title: 'Split' },
        servers: [
          {
            url: '{protocol}://{host}{base}',
            variables: {
              protocol: { enum: ['http', 'https'] },
              host: { default: 'localhost:8008' },
              base: { default: '/v3' },
            },
          },
        ],
        paths: {
          '/login': { $ref: './paths/login.yaml' },
          '/other': { $ref: './paths/gone.yaml' },
        },
      },
      {},
      {
        'paths/login.yaml': {
          post: {
            requestBody: json({
              ...object(
                {
                  type: { type: ['string', 'null'] },
                  identifier: { $ref: '../identifier.json' },
                  password: text,
                  refresh_token: { type: 'boolean' },
                },
                ['type'],
              ),
              example: {
                type: 'm.login.password',
                identifier: { type: 'm.id.user', user: 'me' },
                password: 'c4nary',
              },
            }),
            responses: ok(object({ access_token: text, expires_in_ms: { type: 'integer' } })),
          },
        },
        'identifier.json': object({ type: text }),
      },
    );
    expect(declaration.login).toEqual([
      {
        fields: ['user', 'password'],
        request: {
          method: 'POST',
          path: '/login',
          json: {
            type: 'm.login.password',
            identifier: { type: 'm.id.user', user: '{user}' },
            password: '{password}',
          },
        },
      },
    ]);
    expect(declaration.answer).toEqual({
      token: '/access_token',
      lifetime: { at: '/expires_in_ms', unit: 'ms' },
    });
  });

  test('Basic as a header parameter; lists of types in 2.0', async () => {
    const document = {
      swagger: '2.0',
      info: { title: 'Hidden' },
      paths: {
        '/auth/tokens': {
          post: {
            parameters: [
              {
                in: 'header',
                name: 'authorization',
                type: 'string',
                description: 'base64 of login and password',
              },
              { in: 'header', name: 'x-forwarded-for', type: 'string' },
              {
                in: 'body',
                name: 'request',
                schema: object({ ttl: { type: ['integer', 'null'] } }),
              },
            ],
            responses: {
              201: {
                schema: object({ token: text, expiry: { type: 'string', format: 'datetime' } }),
              },
            },
          },
        },
      },
      securityDefinitions: {
        key: { type: 'apiKey', in: 'header', name: 'Api-Key' },
        token: { type: 'apiKey', in: 'header', name: 'X-Auth-Token' },
      },
    };
    const declaration = await imported(document, { inputs: ['body /ttl'] });
    expect(declaration).toMatchObject({
      login: [
        {
          request: {
            basic: { user: '{username}', password: '{password}' },
            json: { ttl: '{ttl|number}' },
          },
        },
      ],
      answer: { token: '/token', lifetime: { until: { at: '/expiry', as: 'iso' } } },
      use: { header: 'X-Auth-Token', value: '{token}' },
    });
  });

  test('parts of an answer put together; text beside JSON; a lifetime in prose', async () => {
    const document = api(
      {
        '/authenticate': {
          post: {
            summary: 'Login',
            description: 'The token will expire after some seconds (default: 900). More.',
            security: [{ basic: [] }],
            parameters: [{ in: 'query', name: 'raw', schema: { type: 'boolean' } }],
            responses: {
              200: {
                content: {
                  'text/plain': { schema: text },
                  'application/json': {
                    schema: {
                      allOf: [
                        { $ref: '#/components/schemas/Any' },
                        object({ data: { $ref: '#/components/schemas/Token' } }),
                      ],
                    },
                  },
                },
              },
            },
          },
          delete: { summary: 'Log out', responses: { 200: {} } },
        },
      },
      {
        components: {
          schemas: { Any: object({ message: text }), Token: object({ token: text }) },
          securitySchemes: {
            basic: { type: 'http', scheme: 'basic' },
            jwt: { type: 'http', scheme: 'bearer' },
          },
        },
        security: [{ jwt: [] }],
      },
    );
    const declaration = await imported(document);
    expect(declaration).toMatchObject({
      login: [{ request: { basic: { user: '{username}', password: '{password}' } } }],
      answer: { token: '/data/token' },
      logout: { request: { method: 'DELETE', path: '/authenticate' } },
    });
    expect(declaration.answer.lifetime).toBeUndefined();
    expect(await doubtsOf(document)).toContain('(default: 900)');
  });

  test('a cookie that the document does not name is asked for', async () => {
    const document = {
      swagger: '2.0',
      info: { title: 'Cookie' },
      host: 'localhost:3000',
      basePath: '/api',
      schemes: ['http', 'https'],
      securityDefinitions: {
        cookie: { type: 'apiKey', in: 'header', name: 'Cookie' },
        bearer: { type: 'apiKey', in: 'header', name: 'Authorization' },
      },
      security: [{ bearer: [] }, { cookie: [] }],
      paths: {
        '/auth/login': {
          post: {
            security: [],
            parameters: [
              {
                in: 'body',
                name: 'Login Body',
                required: true,
                schema: object({
                  auth: { type: 'string', description: 'Username or e-mail' },
                  password: { type: 'string', format: 'password' },
                }),
              },
            ],
            responses: { 204: { description: 'You are logged in' } },
          },
        },
        '/auth/logout': { post: { responses: { 204: {} } } },
      },
    };
    const doubts = await doubtsOf(document);
    expect(doubts).toContain('the server https://localhost:3000/api is not used');
    expect(doubts).toContain('the base URL ends with /api');
    expect(open(draftOf((await best(document)).read()))).toContain('token');
    const declaration = await imported(document, { token: { cookie: 'sid' } });
    expect(declaration).toMatchObject({
      answer: { token: { cookie: 'sid' } },
      use: { cookie: { sid: '{token}' } },
      logout: { request: { path: '/auth/logout' } },
    });
    expect(declaration.fields[0]).toMatchObject({ name: 'auth', secret: false });
  });

  test('a cookie of the security scheme, or of an example of Set-Cookie', async () => {
    const cookie = { in: 'cookie', type: 'apiKey', name: 'JSESSIONID' };
    const headers = {
      'Set-Cookie': { schema: { type: 'string', example: 'JSESSIONID=c4nary; Path=/' } },
    };
    const securitySchemes = {
      components: { securitySchemes: { cookie } },
      security: [{ cookie: [] }],
    };
    for (const responses of [{ 204: {} }, { 200: { headers } }]) {
      const document = api({ '/login': login({ responses, security: [] }) }, securitySchemes);
      expect(await imported(document)).toMatchObject({
        answer: { token: { cookie: 'JSESSIONID' } },
        use: { cookie: { JSESSIONID: '{token}' } },
      });
    }
  });

  test('JSON is preferred to a form, and a form for a password flow', async () => {
    const body = {
      content: {
        'application/x-www-form-urlencoded': { schema: credentials },
        'application/json': { schema: credentials },
      },
    };
    const plain = api({ '/token': login({ requestBody: body }) });
    expect((await imported(plain)).login[0]?.request).toHaveProperty('json');
    const oauth = { type: 'oauth2', flows: { password: { tokenUrl: 'token', scopes: {} } } };
    const flow = { ...plain, components: { securitySchemes: { oauth } } };
    expect((await imported(flow)).login[0]?.request).toHaveProperty('form');
  });

  test('a password flow with an operation of its own', async () => {
    const form = {
      content: {
        'application/x-www-form-urlencoded': {
          schema: object(
            {
              grant_type: { anyOf: [{ type: 'string', pattern: '^password$' }, { type: 'null' }] },
              username: text,
              password: { type: 'string', format: 'password' },
              scope: { type: 'string', default: '' },
              client_secret: { anyOf: [text, { type: 'null' }] },
            },
            ['username', 'password'],
          ),
        },
      },
    };
    const document = {
      ...api({
        '/api/v1/login/access-token': login({
          requestBody: form,
          responses: ok(object({ access_token: text, token_type: text })),
        }),
      }),
      openapi: '3.1.0',
      components: {
        securitySchemes: {
          o: { type: 'oauth2', flows: { password: { tokenUrl: '/api/v1/login/access-token' } } },
        },
      },
    };
    const candidate = await best(document);
    expect(candidate.reasons).toContain('the scheme "o" names it as its token URL');
    expect((await imported(document)).login[0]?.request).toEqual({
      method: 'POST',
      path: '/api/v1/login/access-token',
      form: { grant_type: 'password', username: '{username}', password: '{password}' },
    });
  });

  test.each(['password', 'clientCredentials'] as const)(
    'a %s flow whose token URL is no operation',
    async (flow) => {
      const document = api(
        { '/things': { get: { security: [{ o: [] }], responses: ok({}) } } },
        {
          servers: [{ url: 'https://api.made.example' }],
          components: {
            securitySchemes: {
              o: {
                type: 'oauth2',
                flows: { [flow]: { tokenUrl: 'https://id.made.example/oauth/token' } },
              },
            },
          },
        },
      );
      const draft = draftOf((await best(document)).read());
      expect(draft.declaration['environments']).toMatchObject([
        { baseUrl: 'https://id.made.example' },
      ]);
      const declaration = await imported(document);
      expect(declaration.login[0]?.request).toMatchObject(
        flow === 'password'
          ? { path: '/oauth/token', form: { grant_type: 'password', password: '{password}' } }
          : { basic: { user: '{client_id}' }, form: { grant_type: 'client_credentials' } },
      );
    },
  );

  test('one of several answers and bodies; a renewal by the token itself', async () => {
    const document = {
      ...api(
        {
          '/tokens': {
            ...login({
              requestBody: json({
                oneOf: [
                  object({ code: text }, ['code']),
                  object(
                    { identity: text, secret: text, scope: { type: 'string', enum: ['user'] } },
                    ['identity', 'secret'],
                  ),
                ],
              }),
              responses: ok({
                oneOf: [
                  object({ challenge_token: text, requires_2fa: { type: 'boolean' } }),
                  object({
                    token: text,
                    expires: {
                      type: 'string',
                      examples: ['2025-02-04T20:40:46.340Z'],
                      example: '2025-02-04T20:40:46.340Z',
                    },
                  }),
                ],
              }),
            }),
            get: {
              operationId: 'refreshToken',
              summary: 'Refresh your token',
              security: [{ b: [] }],
              responses: ok(object({ token: text })),
            },
          },
        },
        { components: { securitySchemes: { $ref: './schemes.yaml' } } },
      ),
      openapi: '3.1.1',
    };
    const declaration = await imported(
      document,
      {},
      { 'schemes.yaml': { b: { type: 'http', scheme: 'bearer' } } },
    );
    expect(declaration).toMatchObject({
      login: [
        {
          fields: ['identity', 'secret'],
          request: { json: { identity: '{identity}', secret: '{secret}' } },
        },
      ],
      answer: { token: '/token', lifetime: { until: { at: '/expires', as: 'iso' } } },
      refresh: {
        request: { method: 'GET', path: '/tokens', headers: { Authorization: 'Bearer {token}' } },
      },
    });
  });

  test('a parameter in the path, a key in the query, a refresh with its members', async () => {
    const document = api(
      {
        '/tenants/{tenant}/login': {
          parameters: [{ in: 'path', name: 'tenant', required: true, schema: text }],
          ...login({ responses: ok(object({ accessToken: text, refreshToken: text })) }),
        },
        '/refresh': {
          post: {
            requestBody: json(
              object({ refreshToken: text, client: { type: 'string', const: 'cli' } }, [
                'refreshToken',
                'client',
              ]),
            ),
            responses: ok(object({ accessToken: text })),
          },
        },
      },
      {
        components: { securitySchemes: { q: { type: 'apiKey', in: 'query', name: 'auth_token' } } },
        openapi: '3.1.0',
      },
    );
    expect(await imported(document)).toMatchObject({
      login: [
        {
          fields: ['tenant', 'username', 'password'],
          request: { path: '/tenants/{tenant}/login' },
        },
      ],
      refresh: {
        request: { path: '/refresh', json: { refreshToken: '{refresh_token}', client: 'cli' } },
      },
      use: { query: { auth_token: '{token}' } },
    });
  });

  test('a path with a remark or an invisible character', async () => {
    for (const path of ['/access\u200e', '/access - by password']) {
      const document = api({ [path]: login() });
      expect((await imported(document)).login[0]?.request?.path).toBe('/access');
      expect(await doubtsOf(document)).toContain('the path of the document has more in it');
    }
  });

  test('an unknown lifetime is asked for', async () => {
    const document = api({
      '/login': login({ responses: ok(object({ token: text, expire: text })) }),
    });
    expect(open(draftOf((await best(document)).read()))).toEqual(['server', 'lifetime']);
    expect(await imported(document, { lifetime: 'iso' })).toMatchObject({
      answer: { lifetime: { until: { at: '/expire', as: 'iso' } } },
    });
  });

  test('lines in quotes and brackets that are not indented are forgiven', async () => {
    const yaml = [
      'openapi: 3.0.0',
      'info:',
      "  title: 'It''s a",
      "  title'",
      '  description: "One \\"quoted\\"',
      '  text: and more"',
      'x-list: {',
      '"a": ["}",',
      "  'it''s }', # }",
      '],',
      '}',
      `paths: ${JSON.stringify({ '/login': login() })}`,
    ].join('\n');
    expect((await best(yaml)).read().title).toBe("It's a title");
  });

  test('an anchor may be used in many places', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `  /a${index}: *item`).join('\n');
    const yaml = `openapi: 3.0.0\ninfo: {title: t}\nx: &item ${JSON.stringify(login())}\npaths:\n  /login: *item\n${many}\n`;
    expect((await best(yaml)).operation).toBe('POST:/login');
  });
});

describe('hostile documents', () => {
  const referring = ($ref: string) => api({ '/login': login({ responses: ok({ $ref }) }) });

  /** The one line that a document gets. */
  async function refusal(act: () => Promise<unknown>): Promise<string> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof AuthctlError)) throw error;
      expect([error.code, error.exitCode]).toEqual(['usage', 2]);
      expect(error.message.split('\n')).toHaveLength(1);
      expect(error.message.length).toBeLessThan(400);
      return error.message;
    }
    throw new Error('nothing was refused');
  }
  const refused = (document: unknown, more = {}) =>
    refusal(async () => (await best(document, more)).read());

  test.each([
    'http://127.0.0.1:1/a.yaml',
    'https://made.example/a.yaml#/b',
    'HTTPS://made.example/',
    '//made.example/a.yaml',
    'file:///etc/passwd',
    '\\\\made.example\\a',
  ])('a reference to %s', async (reference) => {
    expect(await refused(referring(reference))).toBe(
      `the reference ${reference}: only files below the folder of the document are read, and no network is used`,
    );
  });

  test.each([
    '/etc/passwd',
    '../other.yaml',
    'a/../../other.yaml',
    '%2e%2e/other.yaml',
    '..',
    '.',
    '/dev/zero',
  ])('a reference out of the folder: %s', async (reference) => {
    expect(await refused(referring(reference))).toBe(
      `the reference ${reference}: it lies outside of the folder`,
    );
  });

  test.each([
    ['gone.yaml', 'there is no such file'],
    ['api.yaml/x', 'there is no such file'],
    ['a\u0000b', 'there is no such file'],
    ['#/gone', 'there is nothing'],
    ['#gone', 'it is no JSON pointer'],
    ['part', 'it is a directory'],
    ['part/a.txt#/b', 'there is nothing'],
  ])('a reference that leads nowhere: %s', async (reference, why) => {
    expect(await refused(referring(reference), { 'part/a.txt': 'text' })).toBe(
      `the reference ${reference}: ${why}`,
    );
  });

  const inUnix = process.platform === 'win32' ? test.skip : test;

  inUnix('a pipe, and links out of the folder', async () => {
    for (const name of ['pipe', 'link', 'up']) {
      const root = folder({ 'api.yaml': referring(name === 'up' ? 'up/other.yaml' : name) });
      writeFileSync(join(root, '../other.yaml'), 'type: string');
      if (name === 'pipe') execFileSync('mkfifo', [join(root, 'pipe')]);
      if (name === 'link') symlinkSync('/etc/passwd', join(root, 'link'));
      if (name === 'up') symlinkSync('..', join(root, 'up'));
      const why = name === 'pipe' ? 'it is no ordinary file' : 'it lies outside of the folder';
      const line = await refusal(async () =>
        (await readOpenApi(join(root, 'api.yaml')))[0]?.read(),
      );
      expect(line).toMatch(new RegExp(`^the reference ${name}.*: ${why}$`));
    }
  });

  inUnix('the document itself may be a link; its folder is where it really is', async () => {
    const root = folder({
      'api.yaml': referring('answer.yaml'),
      'answer.yaml': object({ token: text }),
    });
    const elsewhere = folder({});
    mkdirSync(elsewhere, { recursive: true });
    symlinkSync(join(root, 'api.yaml'), join(elsewhere, 'api.yaml'));
    const [first] = await readOpenApi(join(elsewhere, 'api.yaml'));
    expect(first?.read().answer?.members).toHaveLength(1);
  });

  test('no document, a directory, a pipe', async () => {
    const root = folder({ 'api.yaml': 'a' });
    expect(await refusal(() => readOpenApi(join(root, 'gone')))).toMatch(
      /^cannot read .*: there is no such file$/,
    );
    expect(await refusal(() => readOpenApi(root))).toMatch(/^cannot read .*: it is a directory$/);
    if (process.platform === 'win32') return;
    execFileSync('mkfifo', [join(root, 'pipe')]);
    expect(await refusal(() => readOpenApi(join(root, 'pipe')))).toMatch(
      /: it is no ordinary file$/,
    );
  });

  test('200 MB are refused by their size', async () => {
    const root = folder({ 'api.yaml': referring('big.yaml'), 'big.yaml': '' });
    truncateSync(join(root, 'big.yaml'), 200 * 1024 * 1024);
    const start = performance.now();
    expect(await refusal(() => readOpenApi(join(root, 'big.yaml')))).toMatch(
      /: it is over 16 MiB$/,
    );
    expect(
      await refusal(async () => (await readOpenApi(join(root, 'api.yaml')))[0]?.read()),
    ).toMatch(/^the reference big.yaml: it is over 15 MiB$/);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test('references in a circle', async () => {
    const components = {
      schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } },
    };
    const document = { ...referring('#/components/schemas/A'), components };
    expect(await refused(document)).toBe('the reference #/components/schemas/A leads in a circle');
  });

  test('schemas that contain themselves are no problem', async () => {
    const components = {
      schemas: {
        Node: object({
          token: text,
          next: { $ref: '#/components/schemas/Node' },
          all: { allOf: [{ $ref: '#/components/schemas/Node' }] },
        }),
      },
    };
    expect(await imported({ ...referring('#/components/schemas/Node'), components })).toMatchObject(
      {
        answer: { token: '/token' },
      },
    );
  });

  test('an alias bomb, and aliases in a circle', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg']) {
      bomb.push(`${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`);
    }
    const line = 'api.yaml repeats parts of itself by aliases too often, or in a circle';
    expect(await refused(`openapi: 3.0.0\n${bomb.join('\n')}\npaths: {}\n`)).toBe(line);
    for (const yaml of ['openapi: 3.0.0\npaths: &a [*a]', 'openapi: 3.0.0\npaths: *gone']) {
      await refused(yaml);
    }
  });

  test('more files, references, levels, values than the limits', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `f${index}.yaml`,
        object({ more: { $ref: `f${index + 1}.yaml` } }),
      ]),
    );
    const root = folder({
      'api.yaml': referring('all.yaml'),
      ...files,
      'all.yaml': { allOf: Array.from({ length: 25 }, (_, index) => ({ $ref: `f${index}.yaml` })) },
    });
    const within = (limits: object) =>
      refusal(async () =>
        (await readOpenApi(join(root, 'api.yaml'), { ...usualLimits, ...limits }))[0]?.read(),
      );
    expect(await within({ files: 10 })).toBe('api.yaml: it consists of more than 10 files');
    expect(await within({ references: 5 })).toBe('api.yaml: it has more than 5 references');
    expect(await within({ looks: 10 })).toBe('api.yaml: its schemas are too large');
    expect(await within({ bytes: 400 })).toMatch(/ it is over \d+ bytes$/);
    expect(await within({ values: 3 })).toBe(
      'api.yaml is too large for YAML; as JSON it could be read',
    );
    expect(await within({ depth: 4 })).toBe('api.yaml is nested too deeply');
    for (const deep of [
      `{"openapi":"3.0.0","paths":${'['.repeat(1e5)}`,
      `openapi: 3.0.0\npaths: ${'['.repeat(1e5)}`,
    ]) {
      expect(await refused(deep)).toBe('api.yaml is nested too deeply');
    }
  });

  test('what is no OpenAPI', async () => {
    const line =
      'api.yaml is no OpenAPI document: it has neither "openapi: 3.…" nor "swagger: 2.…"';
    for (const document of [
      '',
      '[]',
      '{}',
      'null',
      'text',
      'a: b',
      'openapi: 4.0.0',
      'swagger: "1.2"',
      'openapi: [3]\nswagger: {}',
    ]) {
      expect(await refused(document)).toMatch(
        document === 'openapi: [3]\nswagger: {}'
          ? /^api.yaml/
          : new RegExp(`^${line.replace(/[.…]/g, '.')}$`),
      );
    }
    for (const document of [
      'openapi: "3.0.0',
      '{"openapi": "3.0.0",',
      '\0\x01\x02',
      '\u{1f600}: [',
    ]) {
      expect(await refused(document)).toMatch(
        /^api.yaml (is neither JSON nor YAML: see line 1|is no OpenAPI)/,
      );
    }
    expect(await refused('openapi: 3.0.0')).toBe('api.yaml describes no operations');
    expect(await refused(api({ '/a': 3, '/b': { get: 'x', post: [] } }))).toBe(
      'api.yaml describes no operations',
    );
  });

  test('a document whose paths are all elsewhere names the first of them', async () => {
    const document = api({
      '/a': { $ref: 'http://made.example/a' },
      '/b': { $ref: 'http://made.example/b' },
    });
    expect(await refused(document)).toMatch(/^the reference http:\/\/made.example\/a: /);
  });

  test('a body that cannot be declared', async () => {
    const requestBody = {
      required: true,
      content: { 'multipart/form-data': { schema: credentials } },
    };
    expect(await refused(api({ '/login': login({ requestBody }) }))).toBe(
      'POST:/login takes a body of the type multipart/form-data; only JSON and forms can be imported',
    );
  });

  test('signs of YAML, very often', async () => {
    const signs = [
      '- ',
      '? ',
      ': ',
      '{',
      '[',
      '[a, ',
      '{a: ',
      'a: ',
      '"',
      '&a ',
      '!x ',
      '<<: *a\n',
      '|\n',
      '- - a\n',
    ];
    for (const sign of signs) {
      const start = performance.now();
      expect(await refused(`openapi: 3.0.0\n${sign.repeat(100_000)}`)).toMatch(/^api.yaml /);
      expect([sign, performance.now() - start < 3000]).toEqual([sign, true]);
    }
  });

  test('very long texts', async () => {
    for (const sign of ['A', 'a', '/', '{', '}', ' ', '\n', '"', "'", '.', 'token ', 'Token A_']) {
      const long = `/${sign.repeat(300_000 / sign.length)}!`;
      const document = {
        ...api(
          {
            [long]: login({ summary: long, description: long, operationId: long, tags: [long] }),
            '/login': login({
              description: long,
              requestBody: json(
                object({
                  password: {
                    type: 'string',
                    description: long,
                    pattern: `^${long}`,
                    example: long,
                  },
                  [long]: text,
                }),
              ),
            }),
          },
          {
            info: { title: long },
            servers: [{ url: long }, { url: `https:/${long}` }],
            components: {
              securitySchemes: {
                [long]: { type: 'apiKey', in: 'header', name: 'Authorization', description: long },
              },
            },
          },
        ),
        basePath: long,
      };
      const start = performance.now();
      const [first] = await read(JSON.stringify(document));
      draftText(draftOf((first as Candidate).read()));
      expect([sign, performance.now() - start < 4000]).toEqual([sign, true]);
    }
  });

  test('names and texts with control characters, and names of prototypes', async () => {
    const nasty = 'a\u001b[2J\u200e\u2028b"\n#: {x}';
    const document = api(
      {
        [`/login\u001b[2J/${nasty}`]: login({
          summary: nasty,
          operationId: nasty,
          tags: [nasty, 3, null],
          requestBody: json(
            object(
              {
                [nasty]: { type: 'string', description: nasty },
                __proto__: text,
                constructor: text,
                password: text,
              },
              [nasty, 'constructor', 'password'],
            ),
          ),
          responses: ok(object({ [nasty]: text, '~a/b token': text })),
        }),
      },
      {
        info: { title: nasty },
        servers: [{ url: `https://a.example/${nasty}` }, { url: nasty, description: nasty }],
      },
    );
    const draft = draftOf((await best(document)).read(), { name: 'made' });
    expect(draftText(draft)).not.toMatch(/(?!\n)[\p{C}\p{Zl}]/u);
    expect(parse(draftText(draft))).toEqual(draft.declaration);
  });
});
