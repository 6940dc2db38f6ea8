/**
 * A plugin of the bundler: what a chunk imports of Node is loaded where it is used, and not when the
 * chunk is. Some of these modules cost as much as half of Node's own start.
 */

/** Node has loaded them for itself. */
const loaded = ['node:fs', 'node:path'];

/** `let node_x = require("node:x")` and `node_x.y` become `(require("node:x")).y`. */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  renderChunk(code) {
    let lazy = code;
    for (const [declaration, name, id] of code.matchAll(
      /^let (node_\w+) = require\("(node:[\w/]+)"\);\n/gm,
    )) {
      if (loaded.includes(id)) continue;
      const uses = new RegExp(`\\b${name}\\b(?!\\$)`, 'g');
      const members = new RegExp(`\\b${name}\\.(?=\\w)`, 'g');
      const rest = lazy.replace(declaration, '');
      // A module that is handed on whole is left as it is.
      if (rest.match(uses)?.length !== rest.match(members)?.length) continue;
      // In parentheses: `new require(…).Y()` would be another thing.
      lazy = rest.replace(members, `(require("${id}")).`);
    }
    return lazy;
  },
};
