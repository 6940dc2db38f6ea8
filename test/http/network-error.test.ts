import { expect, test } from '@jest/globals';
import { networkFailure, timeoutError } from '../../src/http/network-error.ts';
import type { Connection } from '../../src/http/network-problems.ts';

function systemError(code: string, more: object = {}): Error {
  return Object.assign(new Error(`secret words ${code}`), { code }, more);
}
const connection = (stage: Connection['stage'] = 'connection'): Connection => ({
  origin: 'https://h',
  stage,
});

test.each([
  ['ENOTFOUND', 'network', 'cannot find the host api.h', false],
  ['EAI_AGAIN', 'network', 'cannot look up the host api.h', true],
  ['ECONNREFUSED', 'network', 'https://h refused the connection', true],
  ['ECONNRESET', 'network', 'https://h closed the connection without an answer', true],
  ['EPIPE', 'network', 'https://h closed the connection without an answer', true],
  ['ETIMEDOUT', 'network', 'the connection to https://h timed out', true],
  ['ENETUNREACH', 'network', 'https://h cannot be reached from this machine', true],
  ['ESOMETHING', 'network', 'the connection to https://h failed (ESOMETHING)', false],
  ['CERT_HAS_EXPIRED', 'tls', 'the certificate of https://h has expired', false],
  ['CERT_NOT_YET_VALID', 'tls', 'the certificate of https://h is not valid yet', false],
  [
    'CERT_SIGNATURE_FAILURE',
    'tls',
    'the TLS connection to https://h failed (CERT_SIGNATURE_FAILURE)',
    false,
  ],
  ['EPROTO', 'tls', 'the TLS connection to https://h failed (EPROTO)', false],
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'tls',
    'https://h requires a client certificate',
    false,
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'tls',
    'the certificate of https://h was issued by an unknown authority: the server sent no intermediate certificate, or its authority is not trusted',
    false,
  ],
  [
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'tls',
    'the certificate of https://h was issued by an unknown authority',
    false,
  ],
])('%s is reported as %s: %s', (code, reported, message, transient) => {
  const cause = systemError(code, { hostname: 'api.h' });
  const failure = networkFailure(cause, connection());
  expect(failure).toMatchObject({ error: { code: reported, message, cause }, transient });
});

test('a client certificate that was sent is said to be refused', () => {
  const cause = systemError('ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN');
  const { error } = networkFailure(cause, { ...connection(), cert: 'me.pem' });
  expect(error.message).toBe('https://h refused the client certificate in me.pem');
});

test('a connection that was closed behind a proxy is not blamed on the server', () => {
  const tunnel = { ...connection(), proxy: 'http://p', proxyVariable: 'HTTPS_PROXY' };
  const messages = (['proxy', 'connection', 'body'] as const).map(
    (stage) => networkFailure(systemError('ECONNRESET'), { ...tunnel, stage }).error.message,
  );
  const through = 'the connection to https://h through the proxy http://p was closed';
  expect(messages).toEqual([
    'the proxy http://p closed the connection without an answer',
    `${through} without an answer`,
    `${through} in the middle of the answer`,
  ]);
});

test.each([
  ['proxy', 'connecting to the proxy http://p'],
  ['connection', 'connecting to https://h'],
  ['answer', 'waiting for an answer from https://h'],
  ['body', 'reading the answer from https://h'],
] as const)('a time-out at the stage "%s" says what was being done', (stage, activity) => {
  const { code, message } = timeoutError({ ...connection(stage), proxy: 'http://p' }, 1500);
  expect([code, message]).toEqual(['timeout', `timed out after 1.5 s while ${activity}`]);
});

test('of the errors for the addresses of a host, the most specific is reported', () => {
  const unreachable = systemError('ENETUNREACH');
  const refused = systemError('ECONNREFUSED');
  for (const errors of [
    [unreachable, refused],
    [refused, unreachable],
  ])
    expect(networkFailure(new AggregateError(errors), connection()).error.message).toBe(
      'https://h refused the connection',
    );
  expect(networkFailure(new AggregateError([unreachable]), connection()).error.message).toBe(
    'https://h cannot be reached from this machine',
  );
});

test('an error that is not about the network is a bug, and is returned as it is', () => {
  const bug = new TypeError('x is not a function');
  expect(networkFailure(bug, connection())).toEqual({ error: bug, transient: false });
});

test('the error for an invalid answer does not keep its bytes', () => {
  const error = Object.assign(new Error('Response does not match'), {
    name: 'HTTPParserError',
    data: 'eyJ',
  });
  const reported = networkFailure(error, connection()).error;
  expect(reported).toMatchObject({ code: 'bad_answer' });
  expect(reported.cause).toBeUndefined();
});
