/** A plugin of the bundler that leaves files out of the bundle. */

/**
 * Whoever asks for one of these files gets an empty object, or other code in its place. A file that is
 * not met exactly once fails the build: it has moved, and what took its place would be bundled unseen.
 *
 * @param {readonly string[]} files absolute paths
 * @param {(file: string) => string | Promise<string>} code
 */
export function leaveOut(files, code = () => 'module.exports = {};') {
  const met = new Map();
  return {
    name: 'leave-out',
    buildStart: () => {
      for (const file of files) met.set(file, 0);
    },
    load: async (id) => {
      if (!met.has(id)) return undefined;
      met.set(id, met.get(id) + 1);
      return { code: await code(id), moduleType: 'js' };
    },
    buildEnd: (error) => {
      const [missed] = [...met].find(([, times]) => times !== 1) ?? [];
      if (missed && !error) throw new Error(`the bundle does not have ${missed} exactly once`);
    },
  };
}
