/** Detects duplicate names in JSON objects, which JSON.parse accepts silently. */

/**
 * Whether an object in a JSON text has the same name twice. JSON.parse keeps the last value, other
 * parsers keep the first (RFC 8259, 4), so the meaning of such a text is undefined.
 *
 * @param json valid JSON, of any depth
 */
export function hasDuplicateNames(json: string): boolean {
  // The names of each object that is still open; undefined for an array.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < json.length; at++) {
    const sign = json[at];
    if (sign === '{') open.push(new Set());
    else if (sign === '[') open.push(undefined);
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === '"') {
      const end = endOfString(json, at);
      const names = open.at(-1);
      if (names && isName(json, end)) {
        const name = nameOf(json.slice(at, end));
        if (names.has(name)) return true;
        names.add(name);
      }
      at = end - 1;
    }
  }
  return false;
}

/** The index after the closing quote of a string. */
export function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Whether the string that ends there is a name: the next character after white space is a colon. */
function isName(json: string, end: number): boolean {
  let at = end;
  while (at < json.length && ' \t\n\r'.includes(json[at] ?? '')) at += 1;
  return json[at] === ':';
}

/** The name without quotes and escapes: two spellings of a name are the same name. */
function nameOf(quoted: string): string {
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
}
