/** Whose value a member is, by its name and what the document says of it: a credential, a secret, a code. */
import { isCodeName, wordsOf } from '../../names.ts';
import type { Node } from '../node.ts';
import { isPasswordName, isUserName, textOf } from '../schema.ts';

/** Whether a value is one that a person or a program has. */
export function isCredential(name: string, facets: readonly Node[], description: string): boolean {
  if (isPasswordName(name) || isUserName(name, description)) return true;
  if (textOf(facets, 'format') === 'password') return true;
  return wordsOf(name).some((word) => credentialWords.has(word));
}

const credentialWords = new Set([
  ...['token', 'key', 'apikey', 'secret', 'jwt', 'credential', 'credentials', 'assertion', 'code'],
  ...['otp', 'totp', 'passcode', 'signature', 'cookie', 'sid'],
]);

/** Whether a value is secret, if the document says so or the name is a user's. */
export function secrecyOf(
  name: string,
  facets: readonly Node[],
  description: string,
): boolean | undefined {
  const format = textOf(facets, 'format');
  if (format === 'password' || facets.some((each) => each.raw('writeOnly') === true)) return true;
  if (format === 'email') return false;
  return !isPasswordName(name) && isUserName(name, description) ? false : undefined;
}

/** Whether a value is a one-time code. */
export function isOnce(name: string, description: string): boolean {
  if (isPasswordName(name)) return false;
  return (
    isCodeName(name) ||
    (/code|otp|pin|token/i.test(name) &&
      /\b(2fa|two-?factor|second factor|one-?time|totp|otp|mfa|authenticator)\b/i.test(description))
  );
}
