/** The texts of key files: a new one, the next one of a rotation, and that for readers. */
import {
  newKeyText,
  type Rotation,
  readerKeyText,
  rotatedKeyText,
} from '../store/shared/key-ring.ts';
import { readGiven, type SecretsWorld } from './secrets.ts';
import { requireKey } from './settings.ts';

/** What the text is for. */
export type KeyPurpose = 'new' | 'reader' | Rotation;

/**
 * Makes the text from the key that is configured, but for a new one.
 *
 * @throws AuthctlError `setting_missing` without a key; `usage` for a step that is not possible, and for a
 *   reader's key; as `readGiven`
 */
export async function keyFileText(
  world: Omit<SecretsWorld, 'keychain'>,
  purpose: KeyPurpose,
): Promise<string> {
  if (purpose === 'new') return newKeyText();
  // The command is about a key, so that a variable that names one is meant.
  const { given } = requireKey({ env: world.env, config: world.config() }, true);
  const text = await readGiven(world, 'the key of the store', given);
  return purpose === 'reader'
    ? readerKeyText(text, given.from)
    : rotatedKeyText(text, purpose, given.from);
}
