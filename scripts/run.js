/** Runs a script in TypeScript on any Node that the project supports: node scripts/run.js <file>. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { writeGenerated } from './generated.js';

const [, , input] = process.argv;
writeGenerated();
const directory = mkdtempSync(join(tmpdir(), 'authctl-script-'));
try {
  const bundle = await rolldown({ input, platform: 'node' });
  const file = join(directory, 'script.mjs');
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  await import(pathToFileURL(file).href);
} finally {
  rmSync(directory, { recursive: true, force: true });
}
