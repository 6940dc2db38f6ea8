/** Runs the tests of the Windows suite: on Windows itself, or elsewhere under Wine and an unmodified Node for it. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, win32 } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drive, globals, makePrefix, missing, node, start, stop } from './prefix.js';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const build = join(root, 'build/windows');

/** The variables that commands have, unless a test sets them. */
const variables = {
  Path: [globals, win32.dirname(node), 'C:\\windows\\system32', 'C:\\windows'].join(';'),
  NODE_OPTIONS: '--require C:\\keep-alive.cjs',
};

const reason = missing();
if (process.platform === 'win32') {
  process.exitCode = runTests({ AUTHCTL_TEST_WINDOWS: '' });
} else if (reason === undefined) {
  await makePrefix();
  try {
    const port = await startAgent();
    const program = win32.join(globals, 'node_modules\\authctl\\bin\\authctl.cjs');
    process.exitCode = runTests({
      AUTHCTL_TEST_PROGRAM: stand('authctl', { port, command: [node, program] }),
      AUTHCTL_TEST_WINDOWS: stand('command', { port, command: [] }),
    });
  } finally {
    stop();
  }
} else {
  console.log(`The Windows suite is skipped: ${reason}.`);
  process.exitCode = process.env.AUTHCTL_TEST_ALL === '1' ? 1 : 0;
}

/** Starts the agent. @returns {Promise<number>} its port */
async function startAgent() {
  const file = join(drive, 'port');
  start([node, 'C:\\agent.mjs', 'C:\\port'], openSync(join(build, 'agent.log'), 'w'));
  for (const end = Date.now() + 30_000; !existsSync(file); ) {
    if (Date.now() > end) throw new Error(`the agent does not start: ${join(build, 'agent.log')}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return Number(readFileSync(file, 'utf8'));
}

/** Runs jest with the program on Windows. @returns its exit code */
function runTests(more) {
  const [, , ...args] = process.argv;
  const { status } = spawnSync(
    process.execPath,
    [
      ...[
        '--experimental-vm-modules',
        '--no-warnings',
        join(root, 'node_modules/jest/bin/jest.js'),
      ],
      ...['--config', join(here, 'jest.config.js'), ...args],
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...more },
    },
  );
  return status;
}

/** Makes an executable that stands for a command on Windows. @returns {string} its path */
function stand(name, command) {
  const file = join(build, `${name}.mjs`);
  const code = `#!/usr/bin/env node
import { runOnWindows } from ${JSON.stringify(join(here, 'command.js'))};
runOnWindows(${JSON.stringify({ ...command, env: variables })});
`;
  writeFileSync(file, code);
  chmodSync(file, 0o755);
  return file;
}
