import { expect, test } from '@jest/globals';
import { readFailure } from '../../../src/credentials/keychain/failure.ts';

// Messages that were observed, or that the libraries document.
test.each([
  ['bus', 'another user could have put /x/bus there', 'no-service'],
  ['package', '', 'not-installed'],
  ['binary', '/lib/libsecret-1.so.0: file too short', 'not-installed'],
  ['binary', 'libsecret-1.so.0: cannot open shared object file', 'not-installed'],
  ['binary', 'Error loading shared library ld-linux-x86-64.so.2', 'not-installed'],
  ['call', 'Cannot autolaunch D-Bus without X11 $DISPLAY', 'no-service'],
  ['call', 'Could not connect: No such file or directory', 'no-service'],
  ['call', 'Could not connect to 127.0.0.1: Connection refused', 'no-service'],
  ['call', 'The given address is empty', 'no-service'],
  ['call', 'Address element “bogus” does not contain a colon (:)', 'no-service'],
  ['call', 'The name org.freedesktop.secrets was not provided by any .service files', 'no-service'],
  ['call', 'Process org.freedesktop.secrets exited with status 1', 'no-service'],
  ['call', "Could not activate remote peer 'org.freedesktop.secrets': unit failed", 'no-service'],
  ['call', 'A default keychain could not be found.', 'no-service'],
  ['call', 'A specified logon session does not exist.', 'no-service'],
  ['call', 'Cannot create an item in a locked collection', 'locked'],
  ['call', 'Object does not exist at path “/org/freedesktop/secrets/collection/login”', 'locked'],
  ['call', 'User interaction is not allowed.', 'locked'],
  ['call', 'User canceled the operation.', 'locked'],
  ['call', 'Timeout was reached', 'hanging'],
  ['call', 'Message recipient disconnected from message bus without replying', 'failed'],
  ['call', 'A blocked thing', 'failed'],
  ['size', '2561 bytes', 'failed'],
  ['read-back', '', 'failed'],
  ['put-back', '', 'failed'],
] as const)('%s failure "%s" means %s', (stage, words, state) => {
  const trouble = readFailure({ stage, words });
  expect(trouble.state).toBe(state);
  expect(trouble.reason).toContain(words);
});
