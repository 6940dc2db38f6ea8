/** Postman collections, for tests. */

const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';

/** A collection of items. */
export function collection(
  item: readonly unknown[],
  more: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({ info: { name: 'Vendor API', schema }, item, ...more });
}

const jsonHeader = [{ key: 'Content-Type', value: 'application/json' }];

/** Calls beside a login. */
const calls = [
  {
    name: 'Users',
    item: [
      { name: 'Me', request: { method: 'GET', header: [], url: '{{baseUrl}}/users/me' } },
      {
        name: 'Create',
        request: {
          method: 'POST',
          header: jsonHeader,
          body: { mode: 'raw', raw: '{"email": "x", "password": "S3CR3T"}' },
          url: {
            raw: '{{baseUrl}}/users/register',
            host: ['{{baseUrl}}'],
            path: ['users', 'register'],
          },
        },
      },
    ],
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}', type: 'string' }] },
  },
];

/** A raw JSON body, variables of the collection, folders, and a saved example. */
export const raw = collection(
  [
    ...calls,
    {
      name: 'Auth',
      item: [
        {
          name: 'Log in',
          event: [{ listen: 'test', script: { exec: ['pm.environment.set("token", 1)'] } }],
          request: {
            method: 'POST',
            header: [...jsonHeader, { key: 'X-Channel', value: '{{channel}}' }],
            body: {
              mode: 'raw',
              raw: '{\n  // the account\n  "username": "{{username}}",\n  "password": "S3CR3T",\n  "company": {{company}}\n}',
              options: { raw: { language: 'json' } },
            },
            url: {
              raw: '{{baseUrl}}/auth/login?locale=en',
              host: ['{{baseUrl}}'],
              path: ['auth', 'login'],
              query: [
                { key: 'locale', value: 'en' },
                { key: 'debug', value: 'S3CR3T', disabled: true },
              ],
            },
            description: 'S3CR3T',
          },
          response: [
            { name: 'Wrong', code: 401, body: '{"error": "x"}' },
            {
              name: 'OK',
              code: 200,
              header: jsonHeader,
              body: '{"data": {"accessToken": "S3CR3T", "expiresIn": 900}}',
            },
          ],
        },
      ],
    },
  ],
  {
    variable: [
      { key: 'baseUrl', value: 'https://{{region}}.api.vendor.example/v1' },
      { key: 'region', value: 'eu' },
      { key: 'channel', value: 'web' },
      { key: 'username', value: 'S3CR3T' },
      { key: 'token', value: 'S3CR3T' },
    ],
  },
);

/** A form, Basic authentication of the folder, and a script that runs before. */
export const urlencoded = collection([
  {
    name: 'OAuth',
    auth: {
      type: 'basic',
      basic: [
        { key: 'password', value: '{{client_secret}}' },
        { key: 'username', value: '{{client_id}}' },
      ],
    },
    event: [{ listen: 'prerequest', script: { exec: ['pm.sendRequest("https://a.example")'] } }],
    item: [
      {
        name: 'Get a token',
        request: {
          method: 'POST',
          header: [],
          body: {
            mode: 'urlencoded',
            urlencoded: [
              { key: 'grant_type', value: 'client_credentials' },
              { key: 'scope', value: '{{scope}}' },
              { key: 'old', value: 'S3CR3T', disabled: true },
            ],
          },
          url: 'https://{{tenant}}.vendor.example.com/oauth2/token',
        },
      },
    ],
  },
  ...calls,
]);

/** Version 2.0: URLs and the parts of authentication are plain. */
export const older = JSON.stringify({
  info: {
    name: 'Vendor',
    schema: 'https://schema.getpostman.com/json/collection/v2.0.0/collection.json',
  },
  variables: [],
  item: [
    {
      name: 'Create a session',
      request: {
        url: 'https://api.vendor.example/sessions',
        method: 'POST',
        auth: { type: 'basic', basic: { username: 'ada', password: 'S3CR3T' } },
        header: 'Content-Type: application/json\nAccept: application/json',
        body: { mode: 'raw', raw: '{"ttl": 60}' },
      },
      response: [
        { code: 201, header: [{ key: 'Set-Cookie', value: 'session_id=S3CR3T' }], body: '' },
      ],
    },
  ],
});

/** An API key that is exchanged, a parameter in the path, and the wrapper of Postman's interface. */
export const apiKey = JSON.stringify({
  collection: {
    info: { name: 'Vendor', schema },
    auth: {
      type: 'apikey',
      apikey: [
        { key: 'key', value: 'X-Vendor' },
        { key: 'value', value: 'S3CR3T' },
        { key: 'in', value: 'header' },
      ],
    },
    item: [
      {
        name: 'Token',
        request: {
          method: 'POST',
          url: {
            protocol: 'https',
            host: ['api', 'vendor', 'example'],
            port: '8443',
            path: ['projects', ':project', ':version', 'token'],
            variable: [
              { key: 'project', value: '' },
              { key: 'version', value: 'v2' },
            ],
          },
        },
      },
      { name: 'Ping', request: 'https://api.vendor.example/ping' },
    ],
  },
});

/** GraphQL, and a multipart form that is none. */
export const graphql = collection([
  {
    name: 'Upload',
    request: {
      method: 'POST',
      body: { mode: 'formdata', formdata: [{ key: 'f', type: 'file', src: '/S3CR3T' }] },
      url: 'https://api.vendor.example/upload',
    },
  },
  {
    name: 'Login',
    request: {
      method: 'POST',
      header: [],
      body: {
        mode: 'graphql',
        graphql: {
          query:
            'mutation ($name: String!, $password: String!) { login(name: $name, password: $password) { token } }',
          variables: '{"name": "ada", "password": "S3CR3T"}',
        },
      },
      url: 'https://api.vendor.example/graphql',
    },
    response: [{ code: 200, header: null, body: '{"data": {"login": {"token": "S3CR3T"}}}' }],
  },
]);
