/**
 * Marks the functions that a login calls, for V8 to compile at once: read over first and compiled when
 * they are called, they are read twice. Those that no login calls are left for when they are needed.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withEagerFunctions } from './eager.js';

/** Any would do: they differ in data alone. */
const provider = 'ropo';

/**
 * Runs a login of the built program against its own sandbox, and writes its chunks anew.
 *
 * @param {string} launcher the path of the program
 * @param {string} chunks the directory of the chunks
 */
export function markCalledFunctions(launcher, chunks) {
  for (const { url, functions } of coverageOfLogin(launcher)) {
    const path = url.startsWith('file:') ? fileURLToPath(url) : url;
    if (!path.startsWith(chunks)) continue;
    const called = new Set(
      functions
        .map(({ ranges: [whole] }) => whole)
        .filter(({ count }) => count > 0)
        .map(({ startOffset, endOffset }) => `${startOffset} ${endOffset}`),
    );
    const code = readFileSync(path, 'latin1');
    const marked = withEagerFunctions(code, ({ start, end }) => called.has(`${start} ${end}`));
    writeFileSync(path, marked, 'latin1');
  }
}

/** What V8 counted in a login, for each file. */
function coverageOfLogin(launcher) {
  const directory = mkdtempSync(join(tmpdir(), 'authctl-profile-'));
  try {
    const program = [process.execPath, launcher];
    const [node, ...args] = [...program, 'sandbox', '--', ...program, 'login', provider];
    // Whoever builds may have settings of his own.
    const plain = Object.entries(process.env).filter(([name]) => !name.startsWith('AUTHCTL_'));
    execFileSync(node, args, {
      env: {
        ...Object.fromEntries(plain),
        NODE_V8_COVERAGE: directory,
        AUTHCTL_CONFIG_DIR: directory,
        AUTHCTL_STATE_DIR: directory,
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const reports = readdirSync(directory)
      .filter((name) => name.startsWith('coverage-'))
      .map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')).result);
    // The sandbox counts too, and sends no request.
    return reports.find((files) => files.some(({ url }) => url.endsWith('/send.cjs')));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
