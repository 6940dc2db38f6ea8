/** A plugin of the bundler that leaves files out of the bundle. */

/**
 * A module that requires one of these files gets an empty object. A file that is not met exactly once
 * fails the build: it has moved, and its replacement would be bundled unseen.
 *
 * @param {readonly string[]} files absolute paths
 */
export function leaveOut(files) {
  const met = new Map();
  return {
    name: 'leave-out',
    buildStart: () => {
      for (const file of files) met.set(file, 0);
    },
    load: (id) => {
      if (!met.has(id)) return undefined;
      met.set(id, met.get(id) + 1);
      return { code: 'module.exports = {};', moduleType: 'js' };
    },
    buildEnd: (error) => {
      const [missed] = [...met].find(([, times]) => times !== 1) ?? [];
      if (missed && !error) throw new Error(`the bundle does not have ${missed} exactly once`);
    },
  };
}
