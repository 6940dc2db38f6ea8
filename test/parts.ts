/** The real parts that some tests run against, and what becomes of those tests where a part is missing. */
import { accessSync, constants } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import { describe, test } from '@jest/globals';

/** A program that a test needs. */
interface Part {
  /** What brings it. */
  readonly install: string;
  /** Whether CI does without it: no package of Debian 12 brings it, or only with a vendor's server. */
  readonly optional?: true;
  /** The newest major version of Node that it runs on. */
  readonly node?: number;
}

const servers = { install: 'npm ci --prefix test/real/servers' };
/** What installs the packages of test/windows, of which one is for another system. */
const forWindows = 'npm ci --prefix test/windows --force --ignore-scripts';

/**
 * By the name of the executable on PATH, or by a path, where it may be a package: an absolute one, or
 * one in the checkout.
 */
const parts = {
  '/usr/lib/python3/dist-packages/fastapi': { install: 'apt install python3-fastapi' },
  '/usr/lib/python3/dist-packages/jwt': { install: 'apt install python3-jwt' },
  '/usr/lib/python3/dist-packages/multipart': { install: 'apt install python3-multipart' },
  '/usr/lib/python3/dist-packages/rest_framework_simplejwt': {
    install: 'apt install python3-djangorestframework-simplejwt',
  },
  '/usr/lib/python3/dist-packages/uvicorn': { install: 'apt install python3-uvicorn' },
  bash: { install: 'apt install bash' },
  'build/authctl': { install: 'npm run build:standalone' },
  crowdsec: { install: 'apt install crowdsec', optional: true },
  curl: { install: 'apt install curl' },
  dash: { install: 'apt install dash' },
  'dbus-daemon': { install: 'apt install dbus' },
  'deluge-web': { install: 'apt install deluge-web' },
  etcd: { install: 'apt install etcd-server' },
  expect: { install: 'apt install expect' },
  fish: { install: 'apt install fish' },
  flock: { install: 'apt install util-linux' },
  gdbus: { install: 'apt install libglib2.0-bin' },
  'gnome-keyring-daemon': { install: 'apt install gnome-keyring' },
  influxd: { install: 'apt install influxdb' },
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
  synapse_homeserver: { install: 'apt install matrix-synapse', optional: true },
  'systemd-analyze': { install: 'apt install systemd' },
  'test/real/servers/node_modules/homebridge-config-ui-x': { ...servers, node: 24 },
  'test/real/servers/node_modules/node-red': servers,
  'test/real/servers/node_modules/pouchdb-server': servers,
  'test/real/servers/node_modules/verdaccio': servers,
  tinyproxy: { install: 'apt install tinyproxy' },
  'test/windows/node_modules/tree-sitter-powershell': { install: forWindows },
  'test/windows/node_modules/web-tree-sitter': { install: forWindows },
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
      const path = resolve(directory, name + suffix);
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

/** The newest Node that a part runs on, if this one is newer. */
function olderNode(name: PartName): number | undefined {
  const { node = Number.POSITIVE_INFINITY }: Part = parts[name];
  return Number.parseInt(process.versions.node, 10) > node ? node : undefined;
}

/**
 * `describe` where every part is installed. Elsewhere one skipped test that says what to install,
 * or with AUTHCTL_TEST_ALL=1, which CI sets, one failing test (not for an optional part). A part
 * that does not run on this Node is never a failure.
 */
export function describeWith(names: readonly PartName[], title: string, body: () => void): void {
  const [node] = names.flatMap((name) => olderNode(name) ?? []);
  if (node !== undefined) {
    test.skip(`${title}: needs Node ${node} or earlier`, () => {});
    return;
  }
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
