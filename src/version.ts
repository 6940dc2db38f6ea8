/** The version of this program. The bundler puts the value in its place, not the whole manifest. */
import packageJson from '../package.json' with { type: 'json' };

export const version: string = packageJson.version;
