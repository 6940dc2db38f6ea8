import { expect, test } from '@jest/globals';
import { outlineOf } from '../../src/declaration/outline.ts';
import { providers } from '../../src/providers/index.ts';

test('an outline has only the names of the fields, the logins and the environments', () => {
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
  'the outline of %s survives being written as JSON and read again',
  (_name, declaration) => {
    const outline = outlineOf(declaration);
    expect(JSON.parse(JSON.stringify(outline))).toStrictEqual(outline);
  },
);
