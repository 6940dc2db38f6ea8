/** Groups the flags of all commands by the commands that have them, so that each flag is listed once. */
import type { Flag, FlagGroup } from './words.ts';

/** A command with its flags. */
interface Flagged {
  /** The words of the command. */
  readonly path: string;
  readonly flags: readonly Flag[];
}

/**
 * @param verbs the commands with a subcommand for each provider; a flag of all these subcommands
 *   becomes a flag of `<verb> *`
 * @throws Error if a flag takes a value in one command and none in another
 */
export function groupFlags(
  commands: readonly Flagged[],
  verbs: readonly Flagged[],
): readonly FlagGroup[] {
  const found = new Map<string, { flag: Flag; at: string[] }>();
  for (const { path, flags } of commands) {
    for (const flag of flags) {
      const key = JSON.stringify(flag);
      const known = found.get(key);
      if (known) known.at.push(path);
      else found.set(key, { flag, at: [path] });
    }
  }
  const groups = new Map<string, { at: FlagGroup['at']; flags: Flag[] }>();
  for (const { flag, at } of found.values()) {
    const places = at.length === commands.length ? 'everywhere' : shortened(at, commands, verbs);
    const key = JSON.stringify(places);
    const group = groups.get(key);
    if (group) group.flags.push(flag);
    else groups.set(key, { at: places, flags: [flag] });
  }
  refuseAmbiguous([...found.values()].map(({ flag }) => flag));
  return [...groups.values()];
}

/** The paths, with `<verb> *` in place of all the providers of a verb. */
function shortened(
  at: readonly string[],
  commands: readonly Flagged[],
  verbs: readonly Flagged[],
): readonly string[] {
  let places = at;
  for (const verb of verbs) {
    const below = commands
      .map(({ path }) => path)
      .filter((path) => path.startsWith(`${verb.path} `));
    if (!below.every((path) => places.includes(path))) continue;
    const first = places.findIndex((path) => below.includes(path));
    places = places.flatMap((path, index) => {
      if (index === first) return [`${verb.path} *`];
      return below.includes(path) ? [] : [path];
    });
  }
  return places;
}

/** The scripts decide by a flag's name whether the next word is its value. */
function refuseAmbiguous(flags: readonly Flag[]): void {
  const takesValue = new Map<string, boolean>();
  for (const { names, value } of flags) {
    for (const name of names) {
      const takes = value !== undefined;
      if ((takesValue.get(name) ?? takes) !== takes) {
        throw new Error(`${name} takes a value in one command and none in another`);
      }
      takesValue.set(name, takes);
    }
  }
}
