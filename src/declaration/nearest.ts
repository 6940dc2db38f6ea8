/** Finds the word that was probably meant. */
import leven from 'leven';

/** @returns undefined if none is near */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.round(word.length / 3));
  const longer = known.filter((each) => each.startsWith(word) || word.startsWith(each));
  if (word.length > 2 && longer.length === 1) return longer[0];
  const [best] = known
    .map((each) => ({ each, distance: leven(word.toLowerCase(), each.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return best?.each;
}

/** `; did you mean "x"?`, or nothing. */
export function didYouMean(word: string | undefined): string {
  return word === undefined ? '' : `; did you mean ${word}?`;
}
