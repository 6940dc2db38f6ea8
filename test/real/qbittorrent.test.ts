/** qBittorrent: a form, a cookie, a refusal in a 200, and a ban that refuses the right password too. */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { describeWith } from '../parts.ts';
import { type Account, addProvider, expectStored, trial } from './declared.ts';
import { type RealServer, startServer } from './server.ts';

const name = 'qbittorrent';
// Each character would end the value, or mean another one, in a form that is not encoded.
const password = 'qb1t &=+%23 ü"';
const env = { QBITTORRENT_USERNAME: 'admin', QBITTORRENT_PASSWORD: password };
const wrong = { QBITTORRENT_PASSWORD: 'wr0ng-one' };

/** Wrong passwords from one address, after which it is banned, and for how many seconds. A login starts anew. */
const ban = { after: 3, seconds: 4 };

/** The settings: nothing but the web interface is of interest, and nothing leaves the machine. */
function settings([web, peers]: readonly number[]): string {
  const salt = randomBytes(16);
  const hash = pbkdf2Sync(password, salt, 100_000, 64, 'sha512');
  return `[LegalNotice]
Accepted=true
[BitTorrent]
Session\\Port=${peers}
Session\\Interface=lo
Session\\DHTEnabled=false
Session\\LSDEnabled=false
Session\\PeXEnabled=false
[Network]
PortForwardingEnabled=false
[Preferences]
Connection\\ResolvePeerCountries=false
WebUI\\Address=127.0.0.1
WebUI\\Port=${web}
WebUI\\Username=admin
WebUI\\Password_PBKDF2="@ByteArray(${salt.toString('base64')}:${hash.toString('base64')})"
WebUI\\LocalHostAuth=true
WebUI\\MaxAuthenticationFailCount=${ban.after}
WebUI\\BanDuration=${ban.seconds}
WebUI\\UseUPnP=false
`;
}

describeWith(['bash', 'curl', 'qbittorrent-nox'], name, () => {
  let server: RealServer;
  beforeAll(async () => {
    server = await startServer({
      ports: 2,
      ready: '/',
      command: (ports, directory) => {
        const config = join(directory, 'qBittorrent/config');
        mkdirSync(config, { recursive: true });
        writeFileSync(join(config, 'qBittorrent.conf'), settings(ports));
        return ['qbittorrent-nox', `--profile=${directory}`, `--webui-port=${ports[0]}`];
      },
    });
  });
  afterAll(() => server?.end());

  const account = (): Promise<Account> => addProvider(name, { url: server.url, env });
  const api = (path: string) => `${server.url}/api/v2/${path}`;
  /** What qBittorrent answers to a session's cookie. */
  const ask = async (path: string, sid: string, method = 'GET') => {
    const response = await fetch(api(path), { method, headers: { Cookie: `SID=${sid}` } });
    await response.arrayBuffer();
    return response.status;
  };

  test('a login brings the cookie of a session, by each output for calls', async () => {
    const admin = await account();
    const sid = await admin.output('login');
    expect(await admin.output('token', ['-o', 'header'])).toBe(`Cookie: SID=${sid}`);
    for (const how of ['curl', 'header'] as const) {
      expect(await admin.curl(how, api('app/version'))).toMatch(/^v\d+\.\d+/);
    }
    expect(await ask('app/version', 'no-such-session')).toBe(403);
    const { cookies } = JSON.parse(await admin.output('token', ['-o', 'json']));
    expect(cookies).toEqual({ SID: sid });
    expect(await admin.authctl('verify')).toMatchObject({
      code: 0,
      stderr: 'authctl: qBittorrent accepts the token\n',
    });
    await expectStored(server, admin, sid);
  });

  test('logout ends the session at the server, and no other', async () => {
    const [admin, other] = await Promise.all([account(), account()]);
    const sid = await admin.output('login');
    await other.output('login');
    expect(await ask('app/version', sid)).toBe(200);
    expect((await admin.authctl('logout')).code).toBe(0);
    expect(await ask('app/version', sid)).toBe(403);
    expect(admin.home.sessions()).toEqual([]);
    expect((await admin.authctl('verify')).code).toBe(3);
    const { code, stderr } = await admin.authctl('verify', ['--token-stdin'], { stdin: sid });
    expect([code, stderr]).toEqual([4, expect.stringContaining('refused the token')]);
    expect(stderr).toContain('Forbidden');
    expect((await other.authctl('verify')).code).toBe(0);
  });

  test('a session that has ended before is one that has ended', async () => {
    const admin = await account();
    const sid = await admin.output('login');
    expect(await ask('auth/logout', sid, 'POST')).toBe(200);
    expect((await admin.authctl('verify')).code).toBe(4);
    expect((await admin.authctl('logout')).code).toBe(0);
    expect(admin.home.sessions()).toEqual([]);
  });

  test('a wrong password is refused, though the answer is a 200', async () => {
    const admin = await account();
    const { code, stdout, stderr } = await admin.authctl('login', [], { env: wrong });
    expect([code, stdout]).toEqual([4, '']);
    expect(stderr).toContain('qBittorrent refused the credentials');
    expect(stderr).toContain(': Fails.\n');
    // The text is what the declaration reads, so that it lacks nothing.
    expect(stderr).not.toContain('JSON');
    expect(stderr).toContain('password from QBITTORRENT_PASSWORD');
    expect(admin.home.sessions()).toEqual([]);
    await admin.output('login');
  });

  test('provider test --real says what it sent and found, without a secret, and ends its session', async () => {
    const admin = await account();
    const good = await trial(admin);
    expect(good).toMatchObject({ code: 0, steps: { login: 'ok', verify: 'ok', logout: 'ok' } });
    expect(good.text).toContain('username=admin&password=***\n');
    expect(good.text).toContain('found the token, 32 characters, at the cookie SID');
    expect(good.text).toMatch(/^ {2}Cookie: SID=\*\*\*$/m);
    expect(good.text).toContain('the server has ended the token');
    const bad = await trial(admin, wrong);
    expect(bad).toMatchObject({ code: 4, steps: { login: 'failed' } });
    expect(bad.text).toContain('the server says: Fails.\n');
    const form = new URLSearchParams({ password }).toString().slice('password='.length);
    const all = good.text + good.fixture + bad.text + bad.fixture;
    for (const secret of [password, form, 'wr0ng-one']) expect(all).not.toContain(secret);
    expect(good.fixture).toContain('"set-cookie": "SID=***; ');
    await admin.output('login');
  });

  test('a ban is no refusal: it says nothing of the password, and ends', async () => {
    const admin = await account();
    const before = await account();
    await before.output('login');
    for (let count = 0; count < ban.after; count++) {
      expect((await admin.authctl('login', [], { env: wrong })).code).toBe(4);
    }
    for (const command of ['login', 'token']) {
      const { code, stderr } = await admin.authctl(command);
      expect([code, stderr]).toEqual([6, expect.stringContaining('takes no more logins')]);
      expect(stderr).toContain('Your IP address has been banned');
      expect(stderr).not.toContain('refused');
    }
    expect((await before.authctl('verify')).code).toBe(0);
    await sleep(ban.seconds * 1000 + 500);
    // The ban is remembered for longer, but a login asks in any case, and ends that.
    expect(await admin.output('login')).toHaveLength(32);
    expect(await admin.output('token')).toHaveLength(32);
  });
});
