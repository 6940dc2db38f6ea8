/** Machines of a fleet, for tests with real processes: each is a home of its own, with the same store. */
import { newKeyText, readerKeyText } from '../../src/store/shared/key-ring.ts';
import { passwords, type RedisServer } from '../store/shared/server.ts';
import type { Env } from './harness.ts';

/** The key text that the machines of a test file share. */
export const keyText = newKeyText();

/** The variables of a machine that logs in for all. */
export function renewerEnv(server: RedisServer, more: Env = {}): Env {
  return {
    AUTHCTL_STORE: server.url('renewer'),
    AUTHCTL_STORE_PASSWORD: passwords.renewer,
    AUTHCTL_STORE_CACERT: server.cacert,
    AUTHCTL_STORE_KEY: keyText,
    ...more,
  };
}

/** The variables of a machine that only reads. */
export function readerEnv(server: RedisServer, more: Env = {}): Env {
  return {
    AUTHCTL_STORE: server.url('reader'),
    AUTHCTL_STORE_PASSWORD: passwords.reader,
    AUTHCTL_STORE_CACERT: server.cacert,
    AUTHCTL_STORE_KEY: readerKeyText(keyText, 'the test'),
    ...more,
  };
}

/** The config of a machine, which keeps its secrets in files. */
export function configOf(server: RedisServer, keyFile: string, more: object = {}) {
  return {
    store: { url: server.url('renewer'), key_file: keyFile, cacert: server.cacert, ...more },
  };
}
