import { expect, test } from '@jest/globals';
import { outlineOf } from '../../src/declaration/outline.ts';
import { providers } from '../../src/providers/index.ts';

test('an outline has the names of the fields, the ways to log in and the servers, and no more', () => {
  const request = { method: 'POST', path: '/login', json: { k: '{key}' } } as const;
  const outline = outlineOf({
    version: 1,
    name: 'my-api',
    title: 'My API',
    note: 'a note',
    environments: [{ name: 'live', baseUrl: 'https://live.example/v1' }],
    fields: [
      { name: 'user', label: 'User', secret: false, description: 'who you are' },
      { name: 'key', label: 'Key', secret: true },
    ],
    login: [
      { fields: ['user', 'key'], request },
      { fields: ['key'], request },
    ],
    answer: { token: '/token' },
    use: { header: 'Authorization', value: 'Bearer {token}' },
  });
  expect(outline).toEqual({
    name: 'my-api',
    environments: [{ name: 'live', baseUrl: 'https://live.example/v1' }],
    fields: [
      { name: 'user', secret: false },
      { name: 'key', secret: true },
    ],
    login: [{ fields: ['user', 'key'] }, { fields: ['key'] }],
  });
});

test.each(providers.map((declaration) => [declaration.name, declaration] as const))(
  'the outline of %s is the same after JSON: it is kept in a file',
  (_name, declaration) => {
    const outline = outlineOf(declaration);
    expect(JSON.parse(JSON.stringify(outline))).toStrictEqual(outline);
  },
);
