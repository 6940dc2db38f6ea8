/** The session store in memory: for a process that keeps its sessions to itself, and for tests. */
import { randomBytes } from 'node:crypto';
import type { Failure } from '../session/failure.ts';
import { canonicalKey, type SessionKey } from '../session/key.ts';
import type { Session } from '../session/session.ts';
import type { Lock, Store } from '../session/store.ts';

/** A store that ends with the process. */
export function memoryStore(): Store {
  const sessions = new Map<string, Session>();
  const failures = new Map<string, { readonly key: SessionKey; readonly failure: Failure }>();
  const pointers = new Map<string, SessionKey>();
  const held = new Map<string, Lock>();
  const fingerprintKey = randomBytes(32);
  let holdings = 0;

  function hold(name: string): Lock {
    holdings += 1;
    const lock: Lock = {
      id: String(holdings),
      release: () => {
        if (held.get(name) === lock) held.delete(name);
      },
    };
    held.set(name, lock);
    return lock;
  }

  return {
    read: async (key) => sessions.get(canonicalKey(key)),
    latest: async (provider, profile, baseUrl) =>
      pointers.get(pointerName(provider, profile, baseUrl)),
    async save(session, { aside = false } = {}) {
      const { key } = session;
      const { provider, profile, baseUrl } = key;
      sessions.set(canonicalKey(key), session);
      pointers.set(pointerName(provider, profile, baseUrl), key);
      if (!aside) pointers.set(pointerName(provider, profile), key);
    },
    // No launcher reads what is in memory.
    keepOutline: async () => {},
    fingerprintKey: async () => fingerprintKey,
    async lock(key) {
      const name = canonicalKey(key);
      const inTheWay = new Set<string>();
      return {
        async take() {
          const holder = held.get(name);
          if (!holder) return hold(name);
          inTheWay.add(holder.id);
          return undefined;
        },
        waitedFor: (id) => inTheWay.has(id),
      };
    },
    failure: async (key) => failures.get(canonicalKey(key))?.failure,
    async keepFailure(key, failure) {
      failures.set(canonicalKey(key), { key, failure });
    },
    async forgetFailure(key) {
      failures.delete(canonicalKey(key));
    },
    list: async () => [...sessions.values()],
    async clear({ provider, profile }) {
      const isMeant = (key: SessionKey) =>
        (provider === undefined || key.provider === provider) &&
        (profile === undefined || key.profile === profile);
      for (const [name, { key }] of sessions) if (isMeant(key)) sessions.delete(name);
      for (const [name, { key }] of failures) if (isMeant(key)) failures.delete(name);
      for (const [name, key] of pointers) if (isMeant(key)) pointers.delete(name);
    },
  };
}

function pointerName(provider: string, profile: string, baseUrl?: string): string {
  return JSON.stringify([provider, profile, baseUrl]);
}
