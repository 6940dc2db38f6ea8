import { expect, test } from '@jest/globals';
import { portOption, sendOptions } from '../../src/cli/values.ts';

test.each(['-1', '65536', 'http', ''])('--port %j is refused', (port) => {
  expect(() => portOption({ port })).toThrow('--port takes a number from 0 to 65535');
});

test('without --port, any free port is used', () => {
  expect([portOption({}), portOption({ port: '4010' })]).toEqual([undefined, 4010]);
});

test.each([
  ['90', 90],
  ['90s', 90],
  ['10m', 600],
  ['2h', 7200],
  ['9m59s', 599],
  ['1h30m', 5400],
  ['1h0m1s', 3601],
])('%j is a duration of %i s', (timeout, seconds) => {
  expect(sendOptions({ timeout }).timeout).toBe(seconds * 1000);
});

test.each(['', 's', '9m59', '59s9m', '1.5h', '9m 59s', '-1', '1d', 'soon'])(
  '%j is no duration',
  (timeout) => {
    expect(() => sendOptions({ timeout })).toThrow(
      '--timeout takes a duration such as 90, 90s, 10m, 2h or 9m59s',
    );
  },
);
