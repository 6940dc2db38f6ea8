import { expect, test } from '@jest/globals';
import { portOption } from '../../src/cli/values.ts';

test.each(['-1', '65536', 'http', ''])('%j is no port', (port) => {
  expect(() => portOption({ port })).toThrow('--port takes a number from 0 to 65535');
});

test('without --port any free one will do', () => {
  expect([portOption({}), portOption({ port: '4010' })]).toEqual([undefined, 4010]);
});
