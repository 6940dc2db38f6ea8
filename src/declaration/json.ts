/** What JSON.parse does not say about a text. */

/**
 * Whether an object in a JSON text has the same name twice. JSON.parse takes the last of them
 * without a word, where another reader takes the first (RFC 8259, 4): who put the second one there
 * is anybody's guess.
 *
 * @param json valid JSON, of any depth
 */
export function namesTwice(json: string): boolean {
  // A set of names for each object that is open; a list has none.
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < json.length; at++) {
    const sign = json[at];
    if (sign === '{') open.push(new Set());
    else if (sign === '[') open.push(undefined);
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === '"') {
      const end = endOfText(json, at);
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

/**
 * Whether lists and objects stand in one another deeper than a limit. What is printed or compared
 * recursively needs one.
 *
 * @param json valid JSON or not
 */
export function isDeeper(json: string, limit: number): boolean {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const sign = json[at];
    if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') depth -= 1;
    else if (sign === '"') at = endOfText(json, at) - 1;
    if (depth > limit) return true;
  }
  return false;
}

/** The index after the quote that ends a text. */
function endOfText(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Whether what ends there is a name: a colon follows, and nothing else that is not a blank. */
function isName(json: string, end: number): boolean {
  let at = end;
  while (at < json.length && ' \t\n\r'.includes(json[at] ?? '')) at += 1;
  return json[at] === ':';
}

/** Two spellings of a name are one name. */
function nameOf(quoted: string): string {
  return quoted.includes('\\') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
}
