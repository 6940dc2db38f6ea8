/** Recognises what a sample stands for: a name in place of a value, or a value that is one user's. */

/** Variables and braces within a text: `$NAME`, `${NAME}`, `{{name}}`, `{name}`, `<name>`. */
const within =
  /\$\{?(?:env:)?([A-Za-z_]\w*)(?::-[^{}]*)?\}?|\{\{\s{0,5}\$?([\w .-]{1,80}?)\s{0,5}\}\}|\{([\w.-]+)\}|<([^<>/{}]{1,60})>/g;

/** The name that stands in place of a value, such as `API_KEY` for `$API_KEY` and `YOUR_API_KEY`. */
export function placeholderName(text: string): string | undefined {
  if (text.length > 100) return undefined;
  const [first] = text.matchAll(within);
  if (first?.[0] === text) return withoutYour(first.slice(1).find((name) => name !== undefined));
  const percent = /^%([A-Za-z_]\w*)%$|^\[([A-Za-z][\w .-]*)\]$/.exec(text);
  if (percent) return withoutYour(percent[1] ?? percent[2]);
  if (isYours(text)) return withoutYour(text);
  // API_KEY
  return /^[A-Z]{2,}(?:_[A-Z]+)+$/.test(text) ? text : undefined;
}

/** Whether a text says that it is to be replaced: `YOUR_API_KEY`, `your-domain`, `myPassword`. */
function isYours(text: string): boolean {
  return (
    /^(?:your|insert|enter)[-_. ][a-z][\w .-]*$/i.test(text) ||
    /^your[A-Z]\w*$/.test(text) ||
    /^your(?:pass|user|mail|email|token|secret|key|api|domain|tenant|company|account|client)/i.test(
      text,
    )
  );
}

function withoutYour(name = ''): string {
  const own = name
    .replace(/^(?:your|insert|enter|my)(?![a-z])[-_. ]?|^your(?=[a-z])/i, '')
    .replace(/[-_ .](?:here|goes here)$/i, '');
  return own === '' ? name : own;
}

/** A text with names in place of values. */
export interface Pieces {
  /** With `{name}` for each of them. */
  readonly text: string;
  readonly names: readonly string[];
}

/**
 * Replaces the placeholders within a text.
 *
 * @param nameOf makes a name that stands once
 */
export function replacePlaceholders(text: string, nameOf: (name: string) => string): Pieces {
  const names: string[] = [];
  const replaced = text.replace(within, (_, ...groups: readonly (string | undefined)[]) => {
    const name = nameOf(withoutYour(groups.slice(0, 4).find((group) => group !== undefined)));
    names.push(name);
    return `{${name}}`;
  });
  return { text: replaced, names };
}

/** Whether a text looks like a key or a token: long, and of mixed signs. */
export function looksSecret(text: string): boolean {
  if (/\beyJ[\w-]{8,}/.test(text)) return true;
  const [longest = ''] = [...(text.match(/[A-Za-z0-9+=_-]{20,}/g) ?? [])].sort(
    (a, b) => b.length - a.length,
  );
  if (/^[a-z]+(?:[-_+][a-z]+)*$/i.test(longest)) return false;
  return /\d/.test(longest) && /[A-Za-z]/.test(longest);
}

/** Whether a segment of a path looks like the value of one user: a number, a UUID, an address. */
export function looksLikeValue(segment: string): boolean {
  return (
    /^\d{2,}$/.test(segment) ||
    /^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(segment) ||
    /@|%40/.test(segment) ||
    (/^[0-9a-f]{12,}$/i.test(segment) && /\d/.test(segment))
  );
}
