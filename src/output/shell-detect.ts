/** Tells the shell that will evaluate our output from the name of the process that started us. */
import type { ShellName } from './shells.ts';

/**
 * The shell for `-o env` without --shell: the parent's where its syntax is its own, else POSIX.
 * `$SHELL` is not asked: it names the login shell, which need not be the one that runs now.
 * It is a guess, which may choose the syntax and nothing else: the parent may be npx, timeout or a
 * script of sh, and another shell evaluates.
 * @param parentProcess the parent's executable (`fish`, `-fish`, `/usr/bin/pwsh`, `cmd.exe`);
 *   undefined where it cannot be told
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
