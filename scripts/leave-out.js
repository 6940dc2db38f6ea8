/** Plugins of the bundler: what undici and commander bring along, and no command of ours needs. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** HTTP/2, which is never negotiated, and the bodies of fetch. */
const unreached = /[\\/]undici[\\/]lib[\\/](?:dispatcher[\\/]client-h2|web[\\/].*)\.js$/;

export const leaveOut = {
  name: 'leave-out',
  load: {
    filter: { id: unreached },
    handler: () => 'module.exports = {};',
  },
};

/** What takes longer to set up than it saves in one request, in the place of it. */
const reduced = [
  {
    // The usual names of headers: a name that is not among them is put into small letters.
    file: /[\\/]undici[\\/]lib[\\/]core[\\/]constants\.js$/,
    code: () => 'module.exports = { headerNameLowerCasedRecord: { __proto__: null } };',
  },
  {
    // The same names, as a tree to look bytes up in.
    file: /[\\/]undici[\\/]lib[\\/]core[\\/]tree\.js$/,
    code: () => 'module.exports = { tree: { lookup: () => null } };',
  },
  {
    // Whoever subscribed, or NODE_DEBUG, would be told of requests.
    file: /[\\/]undici[\\/]lib[\\/]core[\\/]diagnostics\.js$/,
    code: (path) => {
      const names = readFileSync(path, 'utf8').matchAll(/^ {2}(\w+): diagnosticsChannel/gm);
      const nobody = [...names].map(([, name]) => `${name}: { hasSubscribers: false }`);
      return `module.exports = { channels: { ${nobody.join(', ')} } };`;
    },
  },
];

export const reduce = {
  name: 'reduce',
  load: {
    filter: { id: reduced.map(({ file }) => file) },
    handler: (id) => reduced.find(({ file }) => file.test(id))?.code(id),
  },
};

/** All that undici uses of it, which is a function. */
const assertion = `((ok, message) => {
  if (!ok) throw Object.assign(new Error(message ?? 'assertion failed'), { code: 'ERR_ASSERTION' });
})`;

/** Modules of Node that cost milliseconds to load, for a constant or a check. */
const instead = [
  // For its IncomingMessage, which no body of ours is.
  { file: /[\\/]undici[\\/]lib[\\/]core[\\/]util\.js$/, module: 'node:http', value: '{}' },
  {
    // To start subcommands that are programs of their own: we have none.
    file: /[\\/]commander[\\/]lib[\\/]command\.js$/,
    module: 'node:child_process',
    value: '{}',
  },
  { file: /[\\/]undici[\\/]lib[\\/]/, module: 'node:assert', value: assertion },
  {
    file: /[\\/]undici[\\/]lib[\\/]dispatcher[\\/]client\.js$/,
    module: 'node:http',
    // Node's own default.
    value: '({ maxHeaderSize: 16384 })',
  },
];

export const light = {
  name: 'light',
  transform: {
    filter: { id: /[\\/](?:commander|undici)[\\/]lib[\\/]/ },
    handler: (code, id) =>
      instead
        .filter(({ file }) => file.test(id))
        .reduce((text, { module, value }) => text.replaceAll(`require('${module}')`, value), code),
  },
};

/** The HTTP parser in WebAssembly, for processors with and without SIMD: of the two one is read. */
const parser = /[\\/]llhttp(?:_simd)?-wasm\.js$/;

export const apart = {
  name: 'apart',
  resolveId: {
    filter: { id: parser },
    handler: (id) => ({ id: `./${basename(id, '.js')}.cjs`, external: 'relative' }),
  },
  generateBundle() {
    for (const name of ['llhttp-wasm', 'llhttp_simd-wasm']) {
      const source = readFileSync(`node_modules/undici/lib/llhttp/${name}.js`, 'utf8');
      this.emitFile({ type: 'asset', fileName: `chunks/${name}.cjs`, source });
    }
  },
};
