/** Checks whether the completions of the user's shell are installed. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { type Hint, hint } from '../errors.ts';
import { readNamed } from '../files/named.ts';
import type { Run } from '../run.ts';
import type { Finding } from './finding.ts';

const check = 'completions';

/** Where a shell finds them. Paths are under the home directory unless they begin with a slash. */
interface Place {
  readonly files: readonly string[];
  /** Files that may load them. */
  readonly startup: readonly string[];
  readonly install: Hint;
}

const places: Readonly<Record<string, Place>> = {
  bash: {
    files: [
      '.local/share/bash-completion/completions/authctl',
      ...['/usr/share', '/usr/local/share', '/opt/homebrew/share'].map(
        (share) => `${share}/bash-completion/completions/authctl`,
      ),
      '/etc/bash_completion.d/authctl',
    ],
    startup: ['.bashrc', '.bash_profile', '.profile', '.bash_completion'],
    install: hint`mkdir -p ~/.local/share/bash-completion/completions && authctl completion bash > ~/.local/share/bash-completion/completions/authctl`,
  },
  zsh: {
    files: [
      ...['.zfunc/_authctl', '.zsh/completions/_authctl', '.zsh/_authctl'],
      ...['/usr/share', '/usr/local/share', '/opt/homebrew/share'].map(
        (share) => `${share}/zsh/site-functions/_authctl`,
      ),
      '/usr/share/zsh/vendor-completions/_authctl',
    ],
    startup: ['.zshrc', '.zprofile'],
    install: hint`mkdir -p ~/.zfunc && authctl completion zsh > ~/.zfunc/_authctl && echo 'fpath+=(~/.zfunc); autoload -Uz compinit; compinit' >> ~/.zshrc`,
  },
  fish: {
    files: [
      '.config/fish/completions/authctl.fish',
      '/usr/share/fish/vendor_completions.d/authctl.fish',
      '/usr/local/share/fish/vendor_completions.d/authctl.fish',
    ],
    startup: ['.config/fish/config.fish'],
    install: hint`mkdir -p ~/.config/fish/completions && authctl completion fish > ~/.config/fish/completions/authctl.fish`,
  },
  powershell: {
    files: [],
    startup: [
      ...['.config/powershell', 'Documents/PowerShell', 'Documents/WindowsPowerShell'].flatMap(
        (directory) =>
          ['Microsoft.PowerShell_profile.ps1', 'profile.ps1'].map((name) => `${directory}/${name}`),
      ),
    ],
    install: hint`Add-Content $PROFILE 'authctl completion powershell | Out-String | Invoke-Expression'`,
  },
};

/** Looks in the usual places of the shell that runs this, else of the login shell. */
export async function checkCompletions({
  context: { env, clock, parentProcess },
}: Pick<Run, 'context'>): Promise<Finding> {
  const home = env['HOME'] || env['USERPROFILE'];
  const shell = [await parentProcess(), env['SHELL']]
    .map((path = '') =>
      basename(path)
        .replace(/\.exe$/i, '')
        .replace(/^pwsh$/, 'powershell'),
    )
    .find((name) => Object.hasOwn(places, name));
  const place = shell === undefined ? undefined : places[shell];
  if (!home || !place) {
    return { check, state: 'skipped', message: 'the shell is unknown' };
  }
  const full = (path: string) => (path.startsWith('/') ? path : `${home}/${path}`);
  const functions = (shell === 'zsh' ? (env['FPATH'] ?? '') : '').split(':').filter(Boolean);
  const files = [...functions.map((path) => `${path}/_authctl`), ...place.files.map(full)];
  let found = files.find((path) => existsSync(path));
  for (const path of place.startup.map(full)) {
    if (found !== undefined || !existsSync(path)) continue;
    const read = await readNamed(path, { clock, timeout: 1000 });
    if ('bytes' in read && read.bytes.includes(`authctl completion ${shell}`)) found = path;
  }
  if (found !== undefined) return { check, state: 'ok', message: `${shell}, in ${found}` };
  const message = `none was found for ${shell}`;
  return { check, state: 'warning', message, hint: place.install };
}
