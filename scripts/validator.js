/**
 * The validator of declarations, which is made of schemas/provider.schema.json before the program is
 * bundled: at run time there is neither ajv nor a schema to compile.
 */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standalone from 'ajv/dist/standalone/index.js';

/** The texts of the modules, by their paths in src. */
export function validatorModules() {
  const schema = JSON.parse(
    readFileSync(new URL('../schemas/provider.schema.json', import.meta.url), 'utf8'),
  );
  const ajv = new Ajv2020({
    allErrors: true,
    messages: false,
    // Lengths in UTF-16 units, for which the code needs nothing of ajv.
    unicode: false,
    code: { source: true, esm: true, lines: true },
    logger: false,
  });
  const code = standalone.default(ajv, ajv.compile(schema));
  if (/\brequire\(|^import /m.test(code)) throw new Error('the validator depends on a package');
  return {
    'declaration/generated/validator.js': code,
    'declaration/generated/schema.js': `export default ${JSON.stringify(schema)};\n`,
  };
}
