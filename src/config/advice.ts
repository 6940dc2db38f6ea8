/** Adds a hint to the error of a config whose content cannot be used. Apart, since the launcher reads configs too. */
import { type AuthctlError, hint, quoted } from '../errors.ts';

/** The error with a hint, if it is about the config and has none. @param path of the config */
export function withAdvice(error: AuthctlError, path: string): AuthctlError {
  const isAbout = error.code === 'config_broken' && error.message.includes(` ${path} `);
  if (!isAbout) return error;
  // The message says what to mend; this keeps it for later.
  return error.with({ hint: hint`mv ${quoted(path)} ${quoted(`${path}.broken`)}` });
}
