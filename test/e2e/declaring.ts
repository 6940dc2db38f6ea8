/** Declares an API of the test's own, and starts a server that has its paths. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import { type Env, type Home, newHome } from './harness.ts';
import { type Received, type Reply, serve, type TestServer } from './servers.ts';

/** Puts a declaration where the program finds it. */
export function declare(home: Home, name: string, text: string, extension = 'yaml'): string {
  const place = join(dirname(home.config), 'providers');
  mkdirSync(place, { recursive: true, mode: 0o700 });
  const path = join(place, `${name}.${extension}`);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

/** The answers of a server by path; `count` is the number of the request for that path. */
export type Paths = Readonly<
  Record<
    string,
    Reply | ((request: Received, count: number) => Reply | ((response: ServerResponse) => void))
  >
>;

/** The API `acme`, at its own server. */
export interface Acme {
  readonly home: Home;
  readonly env: Env;
  readonly server: TestServer;
  /** The paths of the requests so far. */
  paths(): string[];
  /** The JSON that the requests for a path brought. */
  sent(path: string): unknown[];
}

/** The fields of `acme`, unless a declaration has its own. */
export const userAndPassword = [
  { name: 'user', label: 'User', secret: false },
  { name: 'password', label: 'Password', secret: true },
];

/** The field of a one-time code. */
export const otp = { name: 'otp', label: 'Code', secret: true, optional: true, once: true };

/** Declares `acme`, which takes a user and a password; the config names its server. */
export async function acme(declaration: object, paths: Paths, env: Env = {}): Promise<Acme> {
  const counts: Record<string, number> = {};
  const server = await serve((request) => {
    const [path = ''] = request.url.split('?');
    const count = (counts[path] ?? 0) + 1;
    counts[path] = count;
    const answer = paths[path] ?? { status: 404, body: {} };
    return typeof answer === 'function' ? answer(request, count) : answer;
  });
  const home = newHome();
  const whole = { version: 1, title: 'Acme', fields: userAndPassword, use: bearer, ...declaration };
  declare(home, 'acme', JSON.stringify(whole), 'json');
  home.setConfig({ acme: { base_url: server.url } });
  return {
    home,
    env: { ACME_USER: 'me', ACME_PASSWORD: 'c4nary-pass', ...env },
    server,
    paths: () => server.requests.map(({ url }) => url),
    sent: (path) =>
      server.requests.filter(({ url }) => url === path).map(({ body }) => JSON.parse(body)),
  };
}

const bearer = { header: 'Authorization', value: 'Bearer {token}' };
