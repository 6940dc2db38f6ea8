/**
 * Splits a command line into words: as POSIX shells do, with bash's `$'…'`, and as cmd and the C run-time
 * of Windows do. Nothing is expanded: `$NAME` stays as it is.
 */

/** A command of a text. */
export interface CommandWords {
  readonly words: readonly string[];
  /** The index after it. */
  readonly end: number;
}

/** The words up to the end of the command, in the quoting that the text has. */
export function wordsFrom(text: string, start: number): CommandWords {
  const rest = text.slice(start);
  return /\^"|\^[ \t]*\r?\n/.test(rest) ? cmdWords(text, start) : posixWords(text, start);
}

/** Signs that end a command where they are not quoted. */
const ends = /[|;&<>)`]/;

/** Quotes that text programs put in place of those that were typed. */
const curly: ReadonlyMap<string, string> = new Map([
  ['“', '”'],
  ['‘', '’'],
]);

function posixWords(text: string, start: number): CommandWords {
  const words: string[] = [];
  let word: string | undefined;
  let at = start;
  const add = (piece: string) => {
    word = (word ?? '') + piece;
  };
  const finish = () => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  while (at < text.length) {
    const sign = text.charAt(at);
    const isBreak = lineBreak.exec(text.slice(at, at + 200));
    const curlyEnd = curly.get(sign);
    if (isBreak) {
      finish();
      at += isBreak[0].length;
    } else if (sign === '\\') {
      add(text.charAt(at + 1));
      at += 2;
    } else if (sign === "'" || curlyEnd !== undefined) {
      const close = text.indexOf(curlyEnd ?? "'", at + 1);
      const end = close < 0 ? text.length : close;
      add(text.slice(at + 1, end));
      at = end + 1;
    } else if (sign === '"') {
      const { value, end } = doubleQuoted(text, at + 1);
      add(value);
      at = end;
    } else if (text.startsWith("$'", at)) {
      const { value, end } = ansiQuoted(text, at + 2);
      add(value);
      at = end;
    } else if (text.startsWith('$"', at)) {
      at += 1;
    } else if (text.startsWith('$(', at)) {
      const end = endOfSubstitution(text, at);
      add(text.slice(at, end));
      at = end;
    } else if (/[ \t]/.test(sign)) {
      finish();
      at += 1;
    } else if (/[\r\n]/.test(sign)) {
      // Pages lose the backslash at the end of a line.
      const next = /^[\r\n \t]*(?=--?[A-Za-z]|['"]?https?:\/\/)/.exec(text.slice(at, at + 200));
      if (!next) break;
      finish();
      at += next[0].length;
    } else if (sign === '#' && word === undefined) {
      break;
    } else if (sign === '<' && placeholder.test(text.slice(at, at + 80))) {
      const end = text.indexOf('>', at) + 1;
      add(text.slice(at, end));
      at = end;
    } else if (sign === '&' && word !== undefined && /^&[\w.-]+=/.test(text.slice(at, at + 80))) {
      // Somebody forgot to quote a URL.
      add(sign);
      at += 1;
    } else if (ends.test(sign)) {
      // The descriptor of `2>file` is no word.
      if (/[<>]/.test(sign) && /^\d$/.test(word ?? '')) word = undefined;
      break;
    } else {
      add(sign);
      at += 1;
    }
  }
  finish();
  return { words, end: at };
}

/** `\` and a line end, with what gets lost or added on pages: spaces, and the prompt of the next line. */
const lineBreak = /^(?:\\[ \t]*\r?\n(?:[ \t]*> )?|`\r?\n(?=[ \t]*-))/;

/** `<password>`, which a shell would read from a file. */
const placeholder = /^<[A-Za-z][\w .-]*>/;

interface Quoted {
  readonly value: string;
  /** The index after the closing quote. */
  readonly end: number;
}

function doubleQuoted(text: string, start: number): Quoted {
  let value = '';
  let at = start;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\') {
      const next = /^\\(\r?\n|["$`\\])/.exec(text.slice(at, at + 3))?.[1];
      value += next === undefined ? '\\' : next.endsWith('\n') ? '' : next;
      at += 1 + (next?.length ?? 0);
    } else if (text.startsWith('$(', at)) {
      const end = endOfSubstitution(text, at);
      value += text.slice(at, end);
      at = end;
    } else {
      value += text[at];
      at += 1;
    }
  }
  return { value, end: at + 1 };
}

/** The index after the `)` that belongs to a `$(`. */
function endOfSubstitution(text: string, start: number): number {
  let depth = 0;
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

const controls: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['e', 27],
  ['E', 27],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
]);

const escapeSign =
  /^\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|c(.)|(.))/s;

/** The inside of `$'…'`, where escapes of bytes make up UTF-8. */
function ansiQuoted(text: string, start: number): Quoted {
  const chunks: Buffer[] = [];
  let at = start;
  let plain = at;
  let units = '';
  const flush = () => {
    if (units !== '') chunks.push(Buffer.from(units));
    units = '';
  };
  while (at < text.length && text[at] !== "'") {
    const found = text[at] === '\\' ? escapeSign.exec(text.slice(at, at + 10)) : null;
    if (!found) {
      at += 1;
      continue;
    }
    units += text.slice(plain, at);
    const [all, hex, short, long, octal, control, other] = found;
    const byte = hex ?? octal;
    const code = short ?? long;
    if (byte !== undefined) {
      flush();
      chunks.push(Buffer.from([Number.parseInt(byte, hex === undefined ? 8 : 16) & 255]));
    } else if (code !== undefined) {
      const point = Number.parseInt(code, 16);
      units += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
    } else if (control !== undefined) units += String.fromCharCode(control.charCodeAt(0) & 31);
    else {
      const known = controls.get(other ?? '');
      units +=
        known !== undefined
          ? String.fromCharCode(known)
          : /['"\\?]/.test(other ?? '')
            ? other
            : `\\${other}`;
    }
    at += all.length;
    plain = at;
  }
  units += text.slice(plain, at);
  flush();
  return { value: Buffer.concat(chunks).toString(), end: at + 1 };
}

/** First cmd takes its carets away, then the program's run-time its quotes and backslashes. */
function cmdWords(text: string, start: number): CommandWords {
  let line = '';
  let at = start;
  let isQuoted = false;
  while (at < text.length) {
    const sign = text.charAt(at);
    if (sign === '^' && !isQuoted) {
      const end = /^\^[ \t]*\r?\n/.exec(text.slice(at, at + 200));
      // The sign after the line end is taken as it is: a second line end stays.
      const next = end ? at + end[0].length : at + 1;
      const isLineEnd = text.startsWith('\r\n', next);
      line += isLineEnd ? '\n' : text.charAt(next);
      at = next + (isLineEnd ? 2 : 1);
      continue;
    }
    if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /[\r\n|&<>]/.test(sign)) break;
    line += sign;
    at += 1;
  }
  return { words: argumentsOf(line), end: at };
}

/** The arguments of a command line on Windows. */
function argumentsOf(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let isQuoted = false;
  for (let at = 0; at < line.length; ) {
    const sign = line.charAt(at);
    const backslashes = /^\\*/.exec(line.slice(at, at + 1000))?.[0].length ?? 0;
    if (backslashes > 0 && line[at + backslashes] !== '"') {
      word = (word ?? '') + '\\'.repeat(backslashes);
      at += backslashes;
    } else if (backslashes > 0) {
      word = (word ?? '') + '\\'.repeat(Math.floor(backslashes / 2));
      at += backslashes;
      if (backslashes % 2 === 0) continue;
      word += '"';
      at += 1;
    } else if (sign === '"') {
      word ??= '';
      if (isQuoted && line[at + 1] === '"') {
        word += '"';
        at += 2;
      } else {
        isQuoted = !isQuoted;
        at += 1;
      }
    } else if (/[ \t\r\n]/.test(sign) && !isQuoted) {
      if (word !== undefined) words.push(word);
      word = undefined;
      at += 1;
    } else {
      word = (word ?? '') + sign;
      at += 1;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}
