import { expect, test } from '@jest/globals';
import { checkNode } from '../../src/doctor/runtime.ts';

test.each([
  ['18.20.4', 'failed'],
  ['20.18.3', 'failed'],
  ['20.19.0', 'ok'],
  ['22.1.0', 'ok'],
])('Node %s: %s', (version, state) => {
  expect(checkNode(version).state).toBe(state);
});
