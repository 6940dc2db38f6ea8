import { expect, test } from '@jest/globals';
import { networkFailure } from '../../src/http/network-error.ts';
import type { Way } from '../../src/http/network-facts.ts';

function systemError(code: string, more: object = {}): Error {
  return Object.assign(new Error(`secret words ${code}`), { code }, more);
}
const way = (stage: Way['stage'] = 'connection'): Way => ({ origin: 'https://h', stage });

test.each([
  ['ENOTFOUND', 'network', 'cannot find the host api.h', false],
  ['EAI_AGAIN', 'network', 'cannot look up the host api.h', true],
  ['ECONNREFUSED', 'network', 'https://h refused the connection', true],
  ['ECONNRESET', 'network', 'https://h closed the connection without an answer', true],
  ['EPIPE', 'network', 'https://h closed the connection without an answer', true],
  ['ETIMEDOUT', 'network', 'https://h does not answer: the connection timed out', true],
  ['ENETUNREACH', 'network', 'https://h cannot be reached from this machine', true],
  ['ESOMETHING', 'network', 'the connection to https://h failed (ESOMETHING)', false],
  ['CERT_HAS_EXPIRED', 'tls', 'the certificate of https://h has expired', false],
  ['CERT_NOT_YET_VALID', 'tls', 'the certificate of https://h is not valid yet', false],
  [
    'CERT_SIGNATURE_FAILURE',
    'tls',
    'no secure connection to https://h (CERT_SIGNATURE_FAILURE)',
    false,
  ],
  ['EPROTO', 'tls', 'no secure connection to https://h (EPROTO)', false],
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'tls',
    'https://h did not accept the client certificate, or asks for one',
    false,
  ],
])('%s is told as %s: %s', (code, told, message, passing) => {
  const cause = systemError(code, { hostname: 'api.h' });
  const failure = networkFailure(cause, way());
  expect(failure).toMatchObject({ error: { code: told, message, cause }, passing });
});

test('of the addresses of a host, the one that says most is told', () => {
  const unreachable = systemError('ENETUNREACH');
  const refused = systemError('ECONNREFUSED');
  for (const errors of [
    [unreachable, refused],
    [refused, unreachable],
  ])
    expect(networkFailure(new AggregateError(errors), way()).error.message).toBe(
      'https://h refused the connection',
    );
  expect(networkFailure(new AggregateError([unreachable]), way()).error.message).toBe(
    'https://h cannot be reached from this machine',
  );
});

test('an error that is not about the network is a bug, and stays what it is', () => {
  const bug = new TypeError('x is not a function');
  expect(networkFailure(bug, way())).toEqual({ error: bug, passing: false });
});

test('what could not be read of an answer is not kept', () => {
  const error = Object.assign(new Error('Response does not match'), {
    name: 'HTTPParserError',
    data: 'eyJ',
  });
  const told = networkFailure(error, way()).error;
  expect(told).toMatchObject({ code: 'bad_answer' });
  expect(told.cause).toBeUndefined();
});
