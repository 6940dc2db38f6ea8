/** Says of an error that its profile may be a mistyped one. */
import { profiles } from '../commands/complete.ts';
import { didYouMean, nearest } from '../declaration/nearest.ts';
import { AuthctlError, type ErrorCode } from '../errors.ts';
import type { Run } from '../run.ts';

/** What is missing where a profile is not the one that was meant. */
const missing: readonly ErrorCode[] = [
  'credential_missing',
  'session_missing',
  'base_url_missing',
  'setting_missing',
];

/** The error, with the profile that was probably meant if nothing is known of the one that was named. */
export async function withProfileMeant(error: AuthctlError, run: Run): Promise<AuthctlError> {
  const { profile } = run;
  if (!missing.includes(error.code)) return error;
  try {
    const known = await profiles(run.config(), await run.store());
    const meant = nearest(profile, known);
    if (known.includes(profile) || meant === undefined) return error;
    const message = `${error.message}; there is no profile ${profile}${didYouMean(meant)}`;
    return new AuthctlError(error.code, message, error.details);
  } catch {
    return error;
  }
}
