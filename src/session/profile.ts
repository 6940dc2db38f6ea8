/** The syntax of profile names. */

/** Whether a text is a valid profile name. */
export function isProfileName(name: string): boolean {
  return /^[A-Za-z0-9._-]+$/.test(name);
}
