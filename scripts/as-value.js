/** A plugin of the bundler that puts the value of a module in its place. */
import { rolldown } from 'rolldown';

/**
 * The modules that match are run when the bundle is made, and what they export, which has to be
 * plain data, is all that is bundled of them.
 *
 * @param {RegExp} id the paths of the modules
 */
export function asValue(id) {
  return {
    name: 'as-value',
    load: {
      filter: { id },
      handler: async (input) => {
        const bundle = await rolldown({ input, platform: 'node' });
        const { output } = await bundle.generate({ format: 'esm', codeSplitting: false });
        await bundle.close();
        const url = `data:text/javascript;base64,${Buffer.from(output[0].code).toString('base64')}`;
        // What CommonJS exports comes as the default.
        const { default: { default: _, ...whole } = {}, ...named } = await import(url);
        const code = Object.entries({ ...whole, ...named }).map(
          ([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`,
        );
        return { code: code.join(''), moduleType: 'js' };
      },
    },
  };
}
