/** A draft from a document, a recording or a curl command. */
import { describe, expect, test } from '@jest/globals';
import { authctl, failure, newHome, output } from './harness.ts';

const document = {
  openapi: '3.0.3',
  info: { title: 'Acme Parcels API', version: '1' },
  servers: [{ url: 'https://api.parcels.example/v1' }],
  paths: {
    '/auth/login': {
      post: {
        summary: 'Log in',
        requestBody: {
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['username', 'password'],
                properties: {
                  username: { type: 'string' },
                  password: { type: 'string', format: 'password' },
                },
              },
            },
          },
        },
        responses: {
          200: {
            description: 'The token',
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: { token: { type: 'string' }, expires_in: { type: 'integer' } },
                },
              },
            },
          },
        },
      },
    },
    '/parcels': { get: { summary: 'List the parcels', responses: {} } },
    '/auth/token': {
      post: {
        summary: 'Make a token of an API key',
        parameters: [
          { in: 'header', name: 'X-Api-Key', required: true, schema: { type: 'string' } },
        ],
        responses: {
          200: {
            description: 'ok',
            content: {
              'application/json': {
                schema: { type: 'object', properties: { access_token: { type: 'string' } } },
              },
            },
          },
        },
      },
    },
  },
};

const secret = 'c4nary-in-the-source';
const curl = `curl -X POST https://api.parcels.example/login \\
  -H 'Content-Type: application/json' \\
  -d '{"username": "ada", "password": "${secret}"}'
`;

function withDocument(content: unknown = document, name = 'api.json') {
  const home = newHome();
  const path = home.write(name, typeof content === 'string' ? content : JSON.stringify(content));
  return { home, path };
}

describe('provider import', () => {
  test('prints a draft of the best operation, which is named on stderr', async () => {
    const { home, path } = withDocument();
    const { code, stdout, stderr } = await authctl(['provider', 'import', path], { home });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# yaml-language-server: \$schema=https:.*\n/);
    expect(stdout).toContain('name: acme-parcels\ntitle: Acme Parcels API\n');
    expect(stdout).toContain('path: /auth/login');
    expect(stdout).toMatch(/# check the server .*\nenvironments:/);
    expect(stderr).toContain('authctl: the login is POST:/auth/login; --operation takes another');
    expect(stderr).toContain('authctl: open: check the servers in the draft, or add one\n');
    const checked = await output(['provider', 'check', '-'], { home, stdin: stdout });
    expect(checked).toContain('is a valid declaration of Acme Parcels API');
    expect(await output(['provider', 'list'], { home })).not.toContain('parcels');
  });

  test('takes the operation and the name that are given', async () => {
    const { home, path } = withDocument();
    const args = ['provider', 'import', path, '--operation', 'post:/auth/token', '--name', 'pk'];
    const { code, stdout } = await authctl(args, { home });
    expect(code).toBe(0);
    expect(stdout).toContain('name: pk\n');
    expect(stdout).toContain('path: /auth/token');
  });

  test('--all lists what was found, with its score and reasons', async () => {
    const { home, path } = withDocument();
    const table = await output(['provider', 'import', '--all', path], { home });
    expect(table).toMatch(/^ *\d+ +POST:\/auth\/login +Log in: .+/);
    const rows = JSON.parse(
      await output(['provider', 'import', '--all', path, '-o', 'json'], { home }),
    );
    expect(rows[0]).toEqual({
      operation: 'POST:/auth/login',
      score: expect.any(Number),
      summary: 'Log in',
      reasons: expect.arrayContaining([expect.any(String)]),
    });
    expect(rows.map(({ score }: { score: number }) => score)).toEqual(
      rows.map(({ score }: { score: number }) => score).sort((a: number, b: number) => b - a),
    );
  });

  test.each([
    ['stdin', ['-'], curl],
    ['an argument', [curl], undefined],
  ])(
    'reads a curl command from %s, and keeps none of its secrets',
    async (_, [given = ''], stdin) => {
      const home = newHome();
      const { code, stdout, stderr } = await authctl(['provider', 'import', '--curl', given], {
        home,
        ...(stdin !== undefined && { stdin }),
      });
      expect(code).toBe(0);
      expect(stdout).toContain('json: { username: "{username}", password: "{password}" }');
      expect(stderr).toBe(
        'authctl: open: check the servers in the draft, or add one\nauthctl: open: add the place of the token, or give --answer\n',
      );
      expect(stdout + stderr).not.toContain('c4nary');
    },
  );

  test('--answer says where the token is', async () => {
    const home = newHome();
    const answer = home.write(
      'answer.json',
      JSON.stringify({ data: { access_token: 'c4nary-token', expires_in: 60 } }),
    );
    const args = ['provider', 'import', '--curl', '-', '--answer', answer, '--name', 'parcels'];
    const { stdout, stderr } = await authctl(args, { home, stdin: curl });
    expect(stdout).toContain('token: /data/access_token');
    expect(stdout).toContain('lifetime: { at: /data/expires_in }');
    expect(stdout + stderr).not.toContain('c4nary');
    expect(await output(['provider', 'check', '-'], { home, stdin: stdout })).toContain('valid');
  });

  test('tells a HAR and a Postman collection by their content', async () => {
    const har = {
      log: {
        version: '1.2',
        entries: [
          {
            request: {
              method: 'POST',
              url: 'https://api.parcels.example/session',
              headers: [{ name: 'Content-Type', value: 'application/json' }],
              queryString: [],
              cookies: [],
              postData: {
                mimeType: 'application/json',
                text: JSON.stringify({ email: 'a@example.com', password: secret }),
              },
            },
            response: {
              status: 200,
              headers: [],
              cookies: [],
              content: {
                mimeType: 'application/json',
                text: JSON.stringify({ token: 'c4nary-token' }),
              },
            },
          },
        ],
      },
    };
    const collection = {
      info: {
        name: 'Parcels',
        schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
      },
      item: [
        {
          name: 'Log in',
          request: {
            method: 'POST',
            url: 'https://api.parcels.example/session',
            body: {
              mode: 'raw',
              raw: JSON.stringify({ email: 'a@example.com', password: secret }),
              options: { raw: { language: 'json' } },
            },
          },
        },
      ],
    };
    for (const [content, option] of [
      [har, '--har'],
      [collection, '--postman'],
    ] as const) {
      const { home, path } = withDocument(content, 'recording.json');
      const drafts = await Promise.all(
        [[path], [option, path]].map((args) =>
          authctl(['provider', 'import', ...args, '--name', 'parcels'], { home }),
        ),
      );
      for (const { code, stdout, stderr } of drafts) {
        expect(code).toBe(0);
        expect(stdout).toContain('path: /session');
        expect(stdout).toContain('password: "{password}"');
        expect(stdout + stderr).not.toContain('c4nary');
      }
      expect(drafts[0]).toEqual(drafts[1]);
    }
  });
});

describe('what cannot be imported is one line and exit 2', () => {
  const { home, path } = withDocument();
  const nothing = home.write(
    'nothing.json',
    JSON.stringify({ ...document, paths: { '/parcels': document.paths['/parcels'] } }),
  );
  const table: readonly (readonly [string, readonly string[], string])[] = [
    ['no source', [], 'import needs a source'],
    ['two sources', [path, '--curl', '-'], 'import takes one source, not two'],
    ['a file that is not there', ['nowhere.json'], 'cannot read "nowhere.json": there is no such'],
    ['another document', ['--curl', 'wget https://a.example'], 'curl'],
    ['no operation of the name', [path, '--operation', 'POST:/logn'], 'no operation "POST:/logn"'],
    ['a document without a login', [nothing], 'looked for a POST with a password or a key'],
    ['a bad name', [path, '--name', 'A b'], '--name "A b" cannot be the name of a provider'],
    ['--answer with --all', [path, '--all', '--answer', '-'], '--answer cannot be used with --all'],
    ['a draft in JSON', [path, '-o', 'json'], '-o json needs --all'],
    ['stdin twice', ['--curl', '-', '--answer', '-'], 'stdin can be read for one option alone'],
    ['OpenAPI from stdin', ['-'], 'from a file, not from stdin'],
  ];
  test.concurrent.each(table)('%s', async (_, args, words) => {
    const { code, stderr } = await failure(['provider', 'import', ...args], { home, stdin: curl });
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});

test('provider new needs a terminal', async () => {
  expect(await failure(['provider', 'new'])).toEqual({
    code: 2,
    stderr:
      'authctl: provider new asks questions, and there is no terminal\nhint: authctl provider import --help\n',
  });
});
