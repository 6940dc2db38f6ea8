/** The bill of materials that is published beside the bundle. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const text = readFileSync('dist/sbom.cdx.json', 'utf8');
const bom = JSON.parse(text);

/** One component, as far as it is looked at. */
interface Component {
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly { readonly license: { readonly id: string } }[];
}

test('names what THIRD_PARTY names, in the same versions and under the same licences', () => {
  const packages = [...readFileSync('THIRD_PARTY', 'utf8').matchAll(/^-+\n(\S+) (\S+) \((.+)\)$/gm)]
    .map(([, name, version, licence]) => `${name} ${version} ${licence}`)
    .sort();
  const components = bom.components
    .map(({ name, group, version, licenses }: Component) => {
      const whole = group === undefined ? name : `${group}/${name}`;
      return `${whole} ${version} ${licenses.map(({ license }) => license.id).join()}`;
    })
    .sort();
  expect(packages.length).toBeGreaterThan(10);
  expect(components).toEqual(packages);
});

test('says where each of them, and the program itself, is known by its name', () => {
  const { version } = read('package.json');
  expect(bom.metadata.component).toMatchObject({ type: 'application', version });
  for (const { group, name, version, purl } of [bom.metadata.component, ...bom.components]) {
    const whole = group === undefined ? name : `${group.replace('@', '%40')}/${name}`;
    expect(purl).toBe(`pkg:npm/${whole}@${version}`);
  }
});

test('is CycloneDX, by its schema', () => {
  const library = dirname(
    createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json'),
  );
  const schema = (name: string) =>
    read(join(library, 'res/schema', `${name}.SNAPSHOT.schema.json`));
  // Words and formats that no validator knows.
  const ajv = new Ajv({ strict: false, formats: { 'iri-reference': true, 'idn-email': true } });
  addFormats.default(ajv);
  for (const part of ['spdx', 'jsf-0.82', 'cryptography-defs'])
    ajv.addSchema(schema(part), `http://cyclonedx.org/schema/${part}.SNAPSHOT.schema.json`);
  const validate = ajv.compile(schema('bom-1.6'));
  validate(bom);
  expect(validate.errors).toBeNull();
  expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
  expect(validate({ ...bom, components: [{ name: 'no type' }] })).toBe(false);
});

test('has nothing of the moment or the place that it was made in', () => {
  expect(bom).not.toHaveProperty('serialNumber');
  expect(bom.metadata).not.toHaveProperty('timestamp');
  expect(text).not.toContain(process.cwd());
  expect(text).not.toMatch(/20\d\d-\d\d-\d\dT/);
});
