/** The session store in memory: for a process that does not share its sessions, and for tests. */
import { randomBytes } from 'node:crypto';
import type { Failure } from '../session/failure.ts';
import { canonicalKey, type SessionKey } from '../session/key.ts';
import type { Session } from '../session/session.ts';
import type { Lock, Store } from '../session/store.ts';

/** A store that is lost when the process ends. */
export function memoryStore(): Store {
  const sessions = new Map<string, Session>();
  const failures = new Map<string, { readonly key: SessionKey; readonly failure: Failure }>();
  const pointers = new Map<string, SessionKey>();
  const held = new Map<string, Lock>();
  const claims = new Set<string>();
  const fingerprintKey = randomBytes(32);
  let lockCount = 0;

  function hold(name: string): Lock {
    lockCount += 1;
    const lock: Lock = {
      id: String(lockCount),
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
    async save(session, { aside = false, yields = false } = {}) {
      const { key } = session;
      const { provider, profile, baseUrl } = key;
      sessions.set(canonicalKey(key), session);
      for (const server of aside ? [baseUrl] : [baseUrl, undefined]) {
        const pointer = pointerName(provider, profile, server);
        if (!yields || !pointers.has(pointer)) pointers.set(pointer, key);
      }
    },
    // The launcher cannot read this memory.
    saveOutline: async () => {},
    fingerprintKey: async () => fingerprintKey,
    async lock(key) {
      const name = canonicalKey(key);
      const seen = new Set<string>();
      return {
        async take() {
          const holder = held.get(name);
          if (!holder) return hold(name);
          seen.add(holder.id);
          return undefined;
        },
        waitedFor: (id) => seen.has(id),
      };
    },
    failure: async (key) => failures.get(canonicalKey(key))?.failure,
    async saveFailure(key, failure) {
      failures.set(canonicalKey(key), { key, failure });
    },
    async removeFailure(key) {
      failures.delete(canonicalKey(key));
    },
    async claim(name) {
      const isNew = !claims.has(name);
      claims.add(name);
      return isNew;
    },
    async remove(key) {
      sessions.delete(canonicalKey(key));
    },
    list: async () => [...sessions.values()],
    async clear({ provider, profile }) {
      const inScope = (key: SessionKey) =>
        (provider === undefined || key.provider === provider) &&
        (profile === undefined || key.profile === profile);
      for (const [name, { key }] of sessions) if (inScope(key)) sessions.delete(name);
      for (const [name, { key }] of failures) if (inScope(key)) failures.delete(name);
      for (const [name, key] of pointers) if (inScope(key)) pointers.delete(name);
    },
  };
}

function pointerName(provider: string, profile: string, baseUrl?: string): string {
  return JSON.stringify([provider, profile, baseUrl]);
}
