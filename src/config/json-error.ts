/** Finds the position of a JSON syntax error, which JSON.parse does not always report. */

const space = /[ \t\n\r]*/y;
const string = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Both count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The position of the first syntax error; undefined for valid JSON. */
export function findJsonError(json: string): Position | undefined {
  const offset = errorOffset(json);
  if (offset === undefined) return undefined;
  const lines = json.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function errorOffset(json: string): number | undefined {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    if (!pattern.test(json)) return false;
    at = pattern.lastIndex;
    return true;
  };
  const skip = (char: string): boolean => {
    if (json[at] !== char) return false;
    at += 1;
    return true;
  };
  // The closing brackets still to come. Not recursion, which deep nesting would overflow.
  const open: string[] = [];
  let expected: 'value' | 'key' | 'more' = 'value';
  let justOpened = false;
  for (;;) {
    take(space);
    if (justOpened && skip(open.at(-1) ?? '')) {
      open.pop();
      expected = 'more';
    } else if (expected === 'key') {
      if (!take(string)) return at;
      take(space);
      if (!skip(':')) return at;
      expected = 'value';
    } else if (expected === 'value') {
      const bracket = skip('{') ? '}' : skip('[') ? ']' : undefined;
      if (bracket !== undefined) {
        open.push(bracket);
        expected = bracket === '}' ? 'key' : 'value';
        justOpened = true;
        continue;
      }
      if (!take(string) && !take(scalar)) return at;
      expected = 'more';
    } else {
      const bracket = open.at(-1);
      if (bracket === undefined) return at === json.length ? undefined : at;
      if (skip(',')) expected = bracket === '}' ? 'key' : 'value';
      else if (skip(bracket)) open.pop();
      else return at;
    }
    justOpened = false;
  }
}
