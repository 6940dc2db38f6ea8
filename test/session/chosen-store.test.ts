import { expect, test } from '@jest/globals';
import { chosenStore } from '../../src/session/chosen-store.ts';

test.each([
  ['rediss://host:6380/0', 'rediss://host:6380/0'],
  ['rediss://user@host:6380', 'rediss://user@host:6380'],
  ['rediss://user:secret@host:6380', 'rediss://user@host:6380'],
  ['rediss://:secret@host', 'rediss://@host'],
  ['redis://user:s@cr@et@host:6380/1', 'redis://user@host:6380/1'],
])('%s is known without its password', (address, known) => {
  expect(chosenStore({ AUTHCTL_STORE: address })).toBe(known);
});
