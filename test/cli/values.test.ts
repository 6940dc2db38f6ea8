import { expect, test } from '@jest/globals';
import { portOption } from '../../src/cli/values.ts';

test.each(['-1', '65536', 'http', ''])('--port %j is refused', (port) => {
  expect(() => portOption({ port })).toThrow('--port takes a number from 0 to 65535');
});

test('without --port, any free port is used', () => {
  expect([portOption({}), portOption({ port: '4010' })]).toEqual([undefined, 4010]);
});
