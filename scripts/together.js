/** A plugin of the bundler that puts modules which are loaded together into one file. */

/**
 * Each group becomes a chunk of its name, of the modules that it lists and all that they import. What
 * an earlier group has is not in a later one. A listed module that is not in its chunk fails the build.
 *
 * @param {Record<string, readonly string[]>} lists the absolute paths of the modules, by group
 */
export function together(lists) {
  return {
    name: 'together',
    outputOptions: (options) => ({
      ...options,
      codeSplitting: { groups: Object.entries(lists).map(([name, ids]) => group(name, ids)) },
    }),
    generateBundle(_options, bundle) {
      for (const [name, ids] of Object.entries(lists)) {
        const chunk = Object.values(bundle).find((each) => each.name === name);
        const missing = ids.filter((id) => !chunk?.moduleIds?.includes(id));
        if (missing.length > 0) throw new Error(`the chunk ${name} lacks ${missing.join(' and ')}`);
      }
    },
  };
}

function group(name, ids) {
  let members;
  return {
    debugName: name,
    name(id, modules) {
      members ??= withImports(ids, modules);
      return members.has(id) ? name : null;
    },
  };
}

function withImports(ids, modules, found = new Set()) {
  for (const id of ids.filter((each) => !found.has(each))) {
    found.add(id);
    withImports(modules.getModuleInfo(id)?.importedIds ?? [], modules, found);
  }
  return found;
}
