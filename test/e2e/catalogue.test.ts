/** The catalogue as a user meets it: searched, shown, added, and named by mistake. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { catalogueEntries } from '../../src/providers/catalogue/catalogue.ts';
import { topics } from '../../src/providers/catalogue/topics.ts';
import { authctl, failure, newHome, output, project } from './harness.ts';
import { serve } from './servers.ts';

const entries = await catalogueEntries();
const file = (name: string) => readFileSync(join(project, 'catalogue', `${name}.yaml`), 'utf8');

describe('provider list', () => {
  test('has the catalogue only with --all, by topic', async () => {
    const own = await output(['provider', 'list']);
    expect(own).not.toContain('grafana');
    const all = await output(['provider', 'list', '--all']);
    for (const { name } of entries) expect(all).toMatch(new RegExp(`^${name} .*`, 'm'));
    const lines = all.split('\n');
    const headings = lines.filter((line) => Object.values<string>(topics).includes(line));
    const used = new Set(entries.map(({ topic }) => topics[topic]));
    expect(headings).toEqual(Object.values(topics).filter((heading) => used.has(heading)));
  });

  test('is searched by name, title, topic and other words, all of which have to be there', async () => {
    const found = async (...words: string[]) => {
      const rows = JSON.parse(await output(['provider', 'list', '-a', ...words, '-o', 'json']));
      return rows.map(({ name }: { name: string }) => name);
    };
    expect(await found('grafana')).toEqual(['grafana']);
    expect(await found('HashiCorp', 'approle')).toEqual(['vault-approle']);
    expect(await found('network')).toEqual(expect.arrayContaining(['f5-bigip', 'netbox']));
    expect(await found('ropo')).toEqual(['ropo']);
  });

  test('says what a search without --all has missed', async () => {
    const missed = await authctl(['provider', 'list', 'grafana']);
    expect(missed).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'authctl: no provider has grafana; with --all there is 1\n',
    });
    const none = await authctl(['provider', 'list', '--all', 'grafana', 'ropo']);
    expect([none.stdout, none.stderr]).toEqual(['', 'authctl: no provider has grafana and ropo\n']);
  });

  test('gives programs what is known of each', async () => {
    const rows = JSON.parse(await output(['provider', 'list', '--all', '-o', 'json']));
    expect(rows).toHaveLength(5 + entries.length);
    for (const { text: _, ...entry } of entries) {
      expect(rows).toContainEqual({ ...entry, source: 'catalogue' });
    }
  });
});

describe('provider show', () => {
  test('prints a declaration of the catalogue as its file is', async () => {
    const { code, stdout, stderr } = await authctl(['provider', 'show', 'grafana']);
    expect([code, stdout]).toEqual([0, file('grafana')]);
    expect(stderr).toMatch(/^authctl: grafana is in the catalogue: /);
  });

  test('prints what was added under the name, and not the catalogue', async () => {
    const home = newHome();
    const changed = file('grafana').replace('title: Grafana', 'title: Ours');
    const path = home.write('grafana.yaml', changed);
    await authctl(['provider', 'add', path, '--yes'], { home });
    expect(JSON.parse(await output(['provider', 'show', 'grafana'], { home })).title).toBe('Ours');
    const listed = await output(['provider', 'list', '--all', 'ours'], { home });
    expect(listed).toContain('grafana   file');
  });
});

describe('provider add', () => {
  test('copies a declaration of the catalogue, which then logs in', async () => {
    const home = newHome();
    const added = await authctl(['provider', 'add', 'metabase', '--yes'], { home });
    expect(added).toMatchObject({ code: 0, stdout: expect.stringContaining('/metabase.yaml\n') });
    expect(added.stderr).toContain('authctl: from the catalogue: ');
    expect(readFileSync(added.stdout.trim(), 'utf8')).toBe(file('metabase'));
    const { url, requests } = await serve({ body: { id: 'the-session' } });
    const env = { METABASE_USERNAME: 'ada', METABASE_PASSWORD: 's', METABASE_BASE_URL: url };
    expect(await output(['token', 'metabase'], { home, env })).toBe('the-session\n');
    expect(requests.map((each) => each.url)).toEqual(['/api/session']);
  });

  test('takes it under another name', async () => {
    const home = newHome();
    const added = await authctl(['provider', 'add', 'grafana', '--name', 'panels', '--yes'], {
      home,
    });
    expect(added.stdout).toContain('/providers/panels.yaml');
    expect(added.stderr).toContain('PANELS_PASSWORD');
  });

  test('prefers the catalogue to a file of that name, which a checkout could have', async () => {
    const home = newHome();
    home.write('grafana', file('metabase'));
    const added = await authctl(['provider', 'add', 'grafana', '--yes'], { home, cwd: home.path });
    expect(readFileSync(added.stdout.trim(), 'utf8')).toBe(file('grafana'));
    expect(added.stderr).toContain('not from the file ./grafana');
    const own = await authctl(['provider', 'add', './grafana', '--yes', '--name', 'own'], {
      home,
      cwd: home.path,
    });
    expect(own.stderr).toContain('own: Metabase');
  });
});

describe('the name of a provider that is not added', () => {
  test.each([
    ['grafana', 'unknown provider "grafana", which is in the catalogue'],
    ['graffana', 'unknown provider "graffana"; did you mean grafana?'],
  ])('%s', async (name, message) => {
    const { code, stderr } = await failure(['token', name]);
    expect([code, stderr]).toEqual([
      2,
      `authctl: ${message}\nhint: authctl provider add grafana\n`,
    ]);
  });

  test('is not taken for one of the catalogue where a nearer one is there', async () => {
    const { stderr } = await failure(['token', 'rop']);
    expect(stderr).toContain('did you mean ropo?');
  });
});
