/**
 * A plugin of the bundler: what our modules import of Node is loaded where it is used, and not when the
 * chunk is. Some of these modules cost as much as half of Node's own start. What a package requires for
 * itself stays as it is.
 */
import { isBuiltin } from 'node:module';

/** Node has loaded the first two for itself; only what needs the others at once imports them. */
const eager = ['node:fs', 'node:path', 'node:tls', 'node:zlib'];

/**
 * Drops `let node_x = require("node:x");` and writes `(require("node:x"))` for each `node_x`, for every
 * built-in that the bundler says a chunk imports, unless nothing that is left of the chunk requires it. One that is not declared exactly once, or not used,
 * fails the build.
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  renderChunk(code, { fileName, imports, moduleIds }) {
    if (moduleIds.every((id) => id.includes('node_modules'))) return undefined;
    let lazy = code;
    const required = (id) => code.includes(`require("${id}")`);
    for (const id of imports.filter(
      (each) => isBuiltin(each) && !eager.includes(each) && required(each),
    )) {
      const name = id.replaceAll(/\W/g, '_');
      const parts = lazy.split(`let ${name} = require("${id}");\n`);
      const uses = parts.join('').split(new RegExp(`(?<![\\w$.])${name}(?![\\w$])`));
      if (parts.length !== 2 || uses.length < 2)
        throw new Error(`${fileName} does not declare ${id} once and use it`);
      // In parentheses: `new require(…).Y()` would be another thing.
      lazy = uses.join(`(require("${id}"))`);
    }
    return lazy;
  },
};
