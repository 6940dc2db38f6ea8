/** Dependencies of a client for tests, with its messages. Using a part that the test did not provide is an error. */

import { systemClock } from '../../src/cli/context.ts';
import type { ClientWorld } from '../../src/client/world.ts';
import { createRedactor } from '../../src/secrets/redact.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { noProgress } from '../../src/terminal/progress.ts';

const absent = (what: string) => (): never => {
  throw new Error(`${what} must not be used`);
};

export function clientWorld(parts: Partial<ClientWorld> = {}) {
  const notices: string[] = [];
  const details: string[] = [];
  const store = memoryStore();
  const world: ClientWorld = {
    env: {},
    uid: process.getuid?.(),
    clock: systemClock,
    uuid: () => 'uuid',
    send: absent('the network'),
    stdin: { read: absent('stdin') },
    store: async () => store,
    config: () => ({ path: 'config.json', settings: {} }),
    configVariable: () => undefined,
    keychain: absent('the keychain'),
    prompt: undefined,
    progress: noProgress,
    secrets: createRedactor(),
    notices: {
      notice: (text) => notices.push(text),
      noticeOnce: (text) => notices.push(text),
      detail: (text) => details.push(text),
    },
    ...parts,
  };
  return { world, notices, details };
}
