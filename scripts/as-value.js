/** For a module that exports plain data: puts the data in its place, and not what it is made of. */
import { rolldown } from 'rolldown';
import { leaveOut } from './leave-out.js';

/** @param {string} file the absolute path of the module, which is run to see what it exports */
export const asValue = (file) => leaveOut([file], valuesOf);

async function valuesOf(input) {
  const bundle = await rolldown({ input, platform: 'node' });
  const { output } = await bundle.generate({ codeSplitting: false });
  await bundle.close();
  const url = `data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`;
  const values = Object.entries(await import(url));
  return values
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
    .join('\n');
}
