/** Performs requests to the keychain with its library. */
import { entryName } from './account.ts';
import type { Keytar } from './library.ts';
import {
  type Entry,
  type KeychainFailure,
  type KeychainReply,
  type KeychainRequest,
  service,
} from './protocol.ts';

/**
 * Performs a request, one account at a time: a locked keyring prompts the user once for each concurrent
 * call. Either all secrets of a request are stored, or what was there before is put back.
 *
 * @param mostBytes that an entry can hold
 * @throws the library's error
 */
export async function perform(
  library: Keytar,
  request: KeychainRequest,
  mostBytes = Infinity,
): Promise<KeychainReply> {
  const keytar = byEntryName(library);
  if (request.do === 'set') {
    const sizes = request.entries.map(([, secret]) => Buffer.byteLength(secret));
    const tooLarge = sizes.find((size) => size > mostBytes);
    if (tooLarge === undefined) return store(keytar, request.entries);
    return { failure: { stage: 'size', words: `${tooLarge} bytes` } };
  }
  if (request.do === 'get') {
    const entries: Entry[] = [];
    for (const account of request.accounts) {
      const secret = await keytar.getPassword(service, account);
      if (secret !== null) entries.push([account, secret]);
    }
    return { entries };
  }
  const accounts: string[] = [];
  for (const account of request.accounts)
    if (await keytar.deletePassword(service, account)) accounts.push(account);
  return { accounts };
}

/** The library, with accounts in place of the entries' names. */
function byEntryName(keytar: Keytar): Keytar {
  return {
    getPassword: (of, account) => keytar.getPassword(of, entryName(account)),
    setPassword: (of, account, secret) => keytar.setPassword(of, entryName(account), secret),
    deletePassword: (of, account) => keytar.deletePassword(of, entryName(account)),
  };
}

async function store(keytar: Keytar, entries: readonly Entry[]): Promise<KeychainReply> {
  const before: (readonly [account: string, secret: string | null])[] = [];
  try {
    for (const [account, secret] of entries) {
      before.unshift([account, await keytar.getPassword(service, account)]);
      await keytar.setPassword(service, account, secret);
      if ((await keytar.getPassword(service, account)) !== secret)
        return { failure: await putBack(keytar, before) };
    }
  } catch (error) {
    // What the library says of the first failure counts.
    await putBack(keytar, before);
    throw error;
  }
  return { accounts: entries.map(([account]) => account) };
}

async function putBack(
  keytar: Keytar,
  before: readonly (readonly [account: string, secret: string | null])[],
): Promise<KeychainFailure> {
  let stage: KeychainFailure['stage'] = 'put-back';
  for (const [account, secret] of before) {
    try {
      if (secret === null) await keytar.deletePassword(service, account);
      else await keytar.setPassword(service, account, secret);
      if ((await keytar.getPassword(service, account)) !== secret) stage = 'read-back';
    } catch {
      stage = 'read-back';
    }
  }
  return { stage, words: '' };
}
