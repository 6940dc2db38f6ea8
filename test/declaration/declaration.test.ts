import { describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { declarationSchema } from '../../src/declaration/schema.ts';
import { providers } from '../../src/providers/index.ts';

const validate = new Ajv2020({ strict: true }).compile(declarationSchema);

describe.each(providers.map((p) => [p.name, p] as const))(
  'the declaration of %s',
  (_name, provider) => {
    test('fits the schema', () => {
      validate(provider);
      expect(validate.errors).toBeNull();
    });

    test('survives being written as JSON and read again', () => {
      expect(JSON.parse(JSON.stringify(provider))).toEqual(provider);
    });
  },
);

test('a declaration with an unknown property is invalid', () => {
  expect(validate({ ...providers[0], secretSauce: true })).toBe(false);
});
