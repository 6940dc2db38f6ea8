/** Finds a text in another in linear time, however repetitive they are. */

/** The indices of all occurrences, overlapping ones included (Knuth, Morris and Pratt). */
export function* positions(text: string, sought: string): Generator<number> {
  // Most texts do not contain it: the engine finds that out faster, and a short prefix cannot slow it down.
  let at = text.indexOf(sought.slice(0, 8));
  if (at === -1 || sought.length > text.length) return;
  const borders = bordersOf(sought);
  for (let matched = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    while (matched > 0 && sought.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (sought.charCodeAt(matched) === code) matched += 1;
    if (matched < sought.length) continue;
    yield at + 1 - matched;
    matched = borders[matched - 1] ?? 0;
  }
}

/** For each prefix of a text, the length of its longest proper prefix that is also its suffix. */
function bordersOf(text: string): Uint32Array {
  const borders = new Uint32Array(text.length);
  for (let at = 1, length = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    while (length > 0 && text.charCodeAt(length) !== code) length = borders[length - 1] ?? 0;
    if (text.charCodeAt(length) === code) length += 1;
    borders[at] = length;
  }
  return borders;
}
