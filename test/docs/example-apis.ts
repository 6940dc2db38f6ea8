/**
 * The APIs of docs/your-api.md, as their vendors would have written them: of what the page says of
 * each, and not of its declaration.
 */
import { createHmac, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request has, as far as the APIs look at it. */
interface Incoming {
  /** Method and path, such as `POST /login`. */
  readonly what: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An answer: JSON, or without a body. */
interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

type Api = (incoming: Incoming) => Reply;

/** The secrets that the APIs take, by the name of the field. */
export const exampleSecrets: Readonly<Record<string, string>> = {
  password: 'correct horse battery',
  client_secret: 'a/long:secret',
  otp: '271828',
};

const atlasKey = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The files that the page takes for granted, by name. */
export const exampleFiles: readonly (readonly [name: string, text: string])[] = [
  ['atlas.pem', atlasKey.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
];

/** The APIs, by the origin that the page gives them. */
const apis: Readonly<Record<string, () => Api>> = {
  'https://api.parcels.example': parcels,
  'https://desk.example.com': desk,
  'https://auth.ledger.example': ledger,
  'https://archive.example.com': archive,
  'https://api.atlas.example': atlas,
  'https://newsroom.example.com': newsroom,
};

/** A JSON login, and a bearer token. */
function parcels(): Api {
  const tokens = new Set<string>();
  return ({ what, headers, body }) => {
    if (what === 'POST /v1/login') {
      const { email, password } = JSON.parse(body);
      if (email !== 'ada@example.com' || password !== exampleSecrets['password']) {
        return { status: 401, json: { error: 'wrong email or password' } };
      }
      return { json: { access_token: newToken('pcl', tokens), expires_in: 3600 } };
    }
    if (what !== 'GET /v1/shipments') return { status: 404 };
    const isKnown = tokens.has(headers.authorization?.replace('Bearer ', '') ?? '');
    return isKnown ? { json: [{ id: 1017 }] } : { status: 401, json: { error: 'no token' } };
  };
}

/** A form, a cookie, and a CSRF token that goes into a header. */
function desk(): Api {
  const sessions = new Map<string, string>();
  return ({ what, headers, body }) => {
    if (what === 'POST /session') {
      const form = new URLSearchParams(body);
      if (form.get('user') !== 'ada' || form.get('pass') !== exampleSecrets['password']) {
        return { json: { ok: false, reason: 'unknown user or wrong password' } };
      }
      const [session, csrf] = [newToken('dsk'), newToken('csrf')];
      sessions.set(session, csrf);
      return {
        headers: { 'Set-Cookie': `desk_session=${session}; Path=/; HttpOnly; Max-Age=1800` },
        json: { ok: true, csrf },
      };
    }
    const session = /desk_session=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '';
    const csrf = sessions.get(session);
    if (csrf === undefined) return { status: 401, json: { ok: false, reason: 'no session' } };
    if (what === 'GET /session') return { json: { user: 'ada' } };
    if (headers['x-csrf-token'] !== csrf) {
      return { status: 403, json: { ok: false, reason: 'no CSRF token' } };
    }
    if (what === 'POST /tickets') return { status: 201, json: { id: 7 } };
    if (what !== 'DELETE /session') return { status: 404 };
    sessions.delete(session);
    return { status: 204 };
  };
}

/** OAuth's client credentials, with introspection and revocation. */
function ledger(): Api {
  const [access, refresh] = [new Set<string>(), new Set<string>()];
  const pair = `Basic ${btoa(`reports:${exampleSecrets['client_secret']}`)}`;
  const issue = (): Reply => ({
    json: {
      token_type: 'Bearer',
      access_token: newToken('at', access),
      refresh_token: newToken('rt', refresh),
      expires_in: 600,
    },
  });
  return ({ what, headers, body }) => {
    const form = new URLSearchParams(body);
    const token = form.get('token') ?? '';
    if (headers.authorization !== pair) {
      const json = { error: 'invalid_client', error_description: 'wrong client or secret' };
      return { status: 401, json };
    }
    if (what === 'POST /oauth2/introspect') return { json: { active: access.has(token) } };
    if (what === 'POST /oauth2/revoke') {
      access.delete(token);
      return {};
    }
    if (what !== 'POST /oauth2/token') return { status: 404 };
    if (form.get('grant_type') === 'client_credentials') return issue();
    if (refresh.delete(form.get('refresh_token') ?? '')) return issue();
    return { status: 400, json: { error: 'invalid_grant', error_description: 'it has expired' } };
  };
}

/** A CSRF token, a password and a code, in three requests. */
function archive(): Api {
  const [csrfs, challenges, tokens] = [new Set<string>(), new Set<string>(), new Set<string>()];
  return ({ what, headers, body }) => {
    if (what === 'GET /session') return { json: { csrf: newToken('csrf', csrfs) } };
    if (!csrfs.has(String(headers['x-csrf-token']))) {
      return { status: 403, json: { error: 'no CSRF token' } };
    }
    const given = JSON.parse(body || '{}');
    if (what === 'POST /session') {
      if (given.login !== 'ada' || given.password !== exampleSecrets['password']) {
        return { status: 401, json: { error: 'wrong login or password' } };
      }
      return { status: 401, json: { challenge: newToken('ch', challenges) } };
    }
    if (what !== 'POST /session/code') return { status: 404 };
    if (!challenges.delete(given.challenge) || given.code !== exampleSecrets['otp']) {
      return { status: 401, json: { error: 'wrong code' } };
    }
    return { json: { token: newToken('arc', tokens) } };
  };
}

/** A JWT that is signed with a private key, for a token. */
function atlas(): Api {
  return ({ what, body }) => {
    if (what !== 'POST /v2/token') return { status: 404 };
    const form = new URLSearchParams(body);
    const [head = '', claims = '', signature = ''] = (form.get('assertion') ?? '').split('.');
    const isSigned = verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      atlasKey.publicKey,
      Buffer.from(signature, 'base64url'),
    );
    const { iss, sub, aud, iat, exp } = jsonOf(claims);
    const isRight =
      iss === 'reports' && sub === iss && String(aud).endsWith('/v2/token') && exp - iat === 300;
    if (!isSigned || !isRight) {
      return { status: 400, json: { error: 'invalid_grant', error_description: 'wrong JWT' } };
    }
    return { json: { access_token: newToken('atl'), expires_in: 900 } };
  };
}

/** A JWT that is itself the token. */
function newsroom(): Api {
  return ({ what, headers }) => {
    if (what !== 'GET /admin/posts') return { status: 404 };
    const token = headers.authorization?.replace('Ghost ', '') ?? '';
    const [head = '', claims = '', signature = ''] = token.split('.');
    const expected = createHmac('sha256', Buffer.from('9d1f3a5b7c2e4f60', 'hex'))
      .update(`${head}.${claims}`)
      .digest('base64url');
    const isRight = signature === expected && jsonOf(head).kid === '6489';
    return isRight && jsonOf(claims).aud === '/admin/' ? { json: [{ id: 12 }] } : { status: 401 };
  };
}

function jsonOf(part: string) {
  return JSON.parse(Buffer.from(part, 'base64url').toString());
}

function newToken(prefix: string, known?: Set<string>): string {
  const token = `${prefix}_${randomBytes(18).toString('base64url')}`;
  known?.add(token);
  return token;
}

/** The running APIs. */
export interface ExampleApis {
  /** The origin on loopback, by the origin that the page has. */
  readonly origins: ReadonlyMap<string, string>;
  readonly close: () => void;
}

/** Starts the APIs on loopback. */
export async function startExampleApis(): Promise<ExampleApis> {
  const started = await Promise.all(
    Object.entries(apis).map(async ([origin, make]) => ({ origin, ...(await serve(make())) })),
  );
  return {
    origins: new Map(started.map(({ origin, url }) => [origin, url])),
    close: () => {
      for (const { close } of started) close();
    },
  };
}

async function serve(api: Api): Promise<{ url: string; close: () => void }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers: given } = request;
    const body = Buffer.concat(chunks).toString();
    const {
      status = 200,
      headers = {},
      json,
    } = api({
      what: `${method} ${url}`,
      headers: given,
      body,
    });
    const type = json === undefined ? {} : { 'Content-Type': 'application/json' };
    response.writeHead(status, { ...type, ...headers });
    response.end(json === undefined ? undefined : `${JSON.stringify(json)}\n`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
