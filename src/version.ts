/** The version of this program. The bundler inlines only this value of the manifest. */
import packageJson from '../package.json' with { type: 'json' };

export const version: string = packageJson.version;
