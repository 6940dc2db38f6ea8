/** The real parts that some tests run against, and what becomes of those tests where a part is missing. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from '@jest/globals';

/** A program that a test needs. */
interface Part {
  /** What brings it. */
  readonly install: string;
  /** Whether CI does without it: it is in no Debian package. */
  readonly optional?: true;
}

/** By the name of the executable on PATH, or by its path in the checkout, where it may be a package. */
const parts = {
  bash: { install: 'apt install bash' },
  'build/authctl': { install: 'npm run build:standalone' },
  curl: { install: 'apt install curl' },
  dash: { install: 'apt install dash' },
  'dbus-daemon': { install: 'apt install dbus' },
  etcd: { install: 'apt install etcd-server' },
  expect: { install: 'apt install expect' },
  fish: { install: 'apt install fish' },
  flock: { install: 'apt install util-linux' },
  gdbus: { install: 'apt install libglib2.0-bin' },
  'gnome-keyring-daemon': { install: 'apt install gnome-keyring' },
  'keystone-manage': { install: 'apt install keystone' },
  'node_modules/oidc-provider': { install: 'npm ci' },
  openssl: { install: 'apt install openssl' },
  pwsh: { install: 'see https://learn.microsoft.com/powershell', optional: true },
  python3: { install: 'apt install python3' },
  'qbittorrent-nox': { install: 'apt install qbittorrent-nox' },
  'redis-cli': { install: 'apt install redis-tools' },
  'redis-server': { install: 'apt install redis-server' },
  setsid: { install: 'apt install util-linux' },
  strace: { install: 'apt install strace' },
  'systemd-analyze': { install: 'apt install systemd' },
  tinyproxy: { install: 'apt install tinyproxy' },
  tmux: { install: 'apt install tmux' },
  'transmission-daemon': { install: 'apt install transmission-daemon' },
  uwsgi_python3: { install: 'apt install uwsgi-plugin-python3' },
  zsh: { install: 'apt install zsh' },
} as const satisfies Record<string, Part>;

/** The name of a part. */
export type PartName = keyof typeof parts;

/** The path of a part's executable; undefined where it is not installed. */
export function part(name: PartName): string | undefined {
  const { PATH = '' } = process.env;
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const directory of name.includes('/') ? [process.cwd()] : PATH.split(delimiter)) {
    for (const suffix of suffixes) {
      const path = join(directory, name + suffix);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here: the next directory may have it.
      }
    }
  }
  return undefined;
}

/**
 * `describe` where every part is installed. Elsewhere one skipped test that says what to install,
 * or with AUTHCTL_TEST_ALL=1, which CI sets, one failing test (not for an optional part).
 */
export function describeWith(names: readonly PartName[], title: string, body: () => void): void {
  const missing = names.filter((name) => part(name) === undefined);
  if (missing.length === 0) {
    describe(title, body);
    return;
  }
  const install = missing.map((name) => `${name} (${parts[name].install})`).join(', ');
  const what = `${title}: needs ${install}`;
  const { AUTHCTL_TEST_ALL } = process.env;
  const insist = AUTHCTL_TEST_ALL === '1' && missing.some((name) => !('optional' in parts[name]));
  if (insist)
    test(what, () => {
      throw new Error(what);
    });
  else test.skip(what, () => {});
}
