/** The names of profiles. */

/** Whether a profile may have this name. */
export function isProfileName(name: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(name);
}
