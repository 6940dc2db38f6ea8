/** Detects the shell that will evaluate the output, from the name of the parent process. */
import type { ShellName } from './shells.ts';

/**
 * The shell for `-o env` without --shell: the parent if it is fish, PowerShell or cmd, else POSIX.
 * `$SHELL` is not used, because it names the login shell and not the current one.
 *
 * The result is a guess, so it may only decide the syntax: the parent may be npx, timeout or a script,
 * and another shell may evaluate the statements.
 *
 * @param parentProcess the parent's executable (`fish`, `-fish`, `/usr/bin/pwsh`, `cmd.exe`);
 *   undefined when unknown
 */
export function detectShell(parentProcess: string | undefined): ShellName {
  const [name = ''] = (parentProcess ?? '').split(/[\\/]/).slice(-1);
  switch (
    name
      .toLowerCase()
      .replace(/^-/, '')
      .replace(/\.exe$/, '')
  ) {
    case 'fish':
      return 'fish';
    case 'pwsh':
    case 'pwsh-preview':
    case 'powershell':
    case 'powershell_ise':
      return 'powershell';
    case 'cmd':
      return 'cmd';
    default:
      return 'sh';
  }
}
