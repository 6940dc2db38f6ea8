/**
 * Plants each fault that Windows once had, one after the other, and runs the tests that are to find it. Run by hand:
 * `node test/windows/planted.js`, with some words for the faults that have them in their name. It changes the
 * sources, and puts them back, so nothing may be uncommitted there.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** What is changed in which file, and the tests: of the Windows suite, or with `plain` those of `npm test`. */
const faults = [
  {
    fault: 'status and logout see no session',
    file: 'src/store/file/all.ts',
    from: "path.endsWith('.json'));",
    to: "path.endsWith('.json')).map((path) => path.replaceAll('/', '\\\\'));",
    tests: 'windows/sessions',
  },
  {
    fault: 'profiles A and a share a secret',
    file: 'src/credentials/keychain/account.ts',
    from: 'return account.replace(/[A-Z]/g,',
    to: 'return account.replace(/(?!)/g,',
    tests: 'windows/keychain',
  },
  {
    fault: 'profiles A and a share a session',
    file: 'src/store/file/paths.ts',
    from: '/[^a-z0-9-]/g',
    to: '/[^A-Za-z0-9-]/g',
    tests: 'windows/sessions',
  },
  {
    fault: 'variables are found in one case only',
    file: 'src/cli/context.ts',
    from: "platform === 'win32' ? inAnyCase({ ...process.env }) : { ...process.env }",
    to: '{ ...process.env }',
    tests: 'windows/variables',
  },
  {
    fault: 'exec passes a secret on in another case',
    file: 'src/child/environment.ts',
    from: "platform === 'win32' ? name.toUpperCase() : name",
    to: 'name',
    tests: 'windows/variables',
  },
  {
    fault: 'a directory that cannot be written to counts as a lock that is held',
    file: 'src/files/lock-file.ts',
    from: 'if (readdirSync(dirname(path)).includes(basename(path))) return undefined;',
    to: 'if (readdirSync(dirname(path))) return undefined;',
    tests: 'windows/sessions',
  },
  {
    fault: 'batch files are not started',
    file: 'src/child/program.ts',
    from: "sep === '/' ?",
    to: "sep !== '' ?",
    tests: 'windows/commands',
  },
  {
    fault: 'an argument of a batch file is a command',
    file: 'src/child/program.ts',
    from: '`"${escaped',
    to: '`"${text',
    tests: 'windows/commands',
  },
  {
    fault: 'a program is started from the working directory',
    file: 'src/child/program.ts',
    from: "variable(env, 'Path')?.split(';') ?? []",
    to: "['.', ...(variable(env, 'Path')?.split(';') ?? [])]",
    tests: 'windows/commands',
  },
  {
    fault: '--watch ends when its file is read',
    file: 'src/output/out-file.ts',
    from: "return sep === '\\\\' && error",
    to: "return sep === '' && error",
    tests: 'windows/files',
  },
  {
    fault: 'SSL_CERT_DIR is split at colons',
    file: 'src/http/authorities.ts',
    from: 'directories.split(delimiter)',
    to: "directories.split(':')",
    tests: 'windows/tls',
  },
  {
    fault: 'a secret over 2,560 bytes goes to the Credential Manager',
    file: 'src/credentials/keychain/failure.ts',
    from: 'mostBytesOnWindows = 2560',
    to: 'mostBytesOnWindows = 1e6',
    tests: 'windows/keychain',
  },
  {
    fault: 'the config in another case is of a project',
    file: 'src/config/trust.ts',
    from: "sep === '\\\\' ? each.toLowerCase() : each",
    to: 'each',
    tests: 'windows/config',
  },
  {
    fault: 'a hint names no path',
    file: 'src/errors.ts',
    from: "sep === '\\\\'\n    ? { plain",
    to: "sep === ''\n    ? { plain",
    tests: 'windows/config',
  },
  {
    fault: 'a quote ends a value for PowerShell',
    file: 'src/output/shells.ts',
    from: `.replaceAll("'", "''")`,
    to: '',
    tests: 'output/powershell',
    plain: true,
  },
];

if (execFileSync('git', ['status', '--porcelain', 'src'], { cwd: root }).length > 0) {
  throw new Error('there are uncommitted changes in src');
}
const [, , words = ''] = process.argv;
let missed = 0;
for (const { fault, file, from, to, tests, plain } of faults) {
  if (!fault.includes(words)) continue;
  const path = join(root, file);
  const text = readFileSync(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} has no single ${from}`);
  try {
    writeFileSync(
      path,
      text.replace(from, () => to),
    );
    const failed = failedTests(tests, plain);
    if (failed === 0) missed += 1;
    console.log(`${failed === 0 ? 'MISSED' : `${failed} red`}: ${fault} (${tests})`);
  } finally {
    writeFileSync(path, text);
  }
}
execFileSync('npm', ['run', '--silent', 'build'], { cwd: root });
process.exitCode = missed > 0 ? 1 : 0;

/** @returns {number} how many of the tests failed */
function failedTests(tests, plain = false) {
  const jest = ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js'];
  const [program, args] = plain
    ? [process.execPath, [...jest, tests]]
    : ['npm', ['run', 'test:windows', '--', tests]];
  const { stderr } = spawnSync(program, args, { cwd: root, encoding: 'utf8' });
  const [, failed, all] = /^Tests: +(?:(\d+) failed, )?.*?(\d+) total$/m.exec(stderr) ?? [];
  if (all === undefined) throw new Error(`the tests did not run:\n${stderr}`);
  return Number(failed ?? 0);
}
