/** SSL_CERT_DIR, whose directories Windows separates by a semicolon: a path has a colon there. */
import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { accounts } from '../e2e/accounts.ts';
import { newHome, output } from '../e2e/harness.ts';
import { makeAuthority, readCertificate } from '../http/authority.ts';
import { describeWith } from '../parts.ts';
import { windowsPath } from './windows.ts';

describeWith(['openssl'], 'SSL_CERT_DIR', () => {
  const authority = makeAuthority();
  const { success, env } = accounts.ropo;
  const { body } = success('token');
  const server = createServer(
    readCertificate(authority.issue('good', ['IP:127.0.0.1'])),
    (_, response) => {
      response.writeHead(201).end(JSON.stringify(body));
    },
  );
  afterAll(() => {
    server.close();
    authority.remove();
  });

  test('may name several directories', async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const home = newHome();
    const directories = ['first', 'second', 'third'].map((name) => join(home.path, name));
    for (const directory of directories) mkdirSync(directory);
    copyFileSync(authority.cert, join(home.path, 'second/company.pem'));
    const SSL_CERT_DIR = directories.map(windowsPath).join(';');
    const args = ['login', 'ropo', '--base-url', `https://127.0.0.1:${port}`];
    expect(await output(args, { home, env: { ...env, SSL_CERT_DIR } })).toBe('token\n');
  });
});
