/** Finds the word that was probably meant. */
import leven from 'leven';

/**
 * Compares without case, without the dashes of a flag, and with `_` as `-`.
 *
 * @returns undefined if none is near: no answer is better than a silly one
 */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const meant = plain(word);
  const names = known.map((each) => ({ each, name: plain(each) }));
  const same = names.find(({ name }) => name === meant);
  if (same) return same.each;
  const limit = Math.floor((meant.length + 1) / 3);
  const [best] = names
    .map(({ each, name }) => ({ each, distance: distance(meant, name) }))
    .filter((candidate) => candidate.distance <= limit)
    .sort((one, other) => one.distance - other.distance);
  if (best) return best.each;
  if (meant.length < 3) return undefined;
  const longer = names.filter(({ name }) => name.startsWith(meant) || meant.startsWith(name));
  // Of --password, --password-stdin and --password-file, the first is meant.
  return longer.find(({ name }) => longer.every((other) => other.name.startsWith(name)))?.each;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(word: string | undefined): string {
  return word === undefined ? '' : `; did you mean ${word}?`;
}

function plain(word: string): string {
  return word.replace(/^--?/, '').replaceAll('_', '-').toLowerCase();
}

/** The number of letters to change; two neighbours that are swapped count as one. */
function distance(a: string, b: string): number {
  const at = [...a].findIndex((letter, index) => letter !== b[index]);
  const swapped = `${a.slice(0, at)}${a[at + 1] ?? ''}${a[at] ?? ''}${a.slice(at + 2)}`;
  return at !== -1 && swapped === b ? 1 : leven(a, b);
}
