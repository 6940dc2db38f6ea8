/**
 * Templates: text with placeholders such as `{api_key}`. A literal brace is doubled. Values are
 * inserted as they are: the caller encodes them for the place that they go to.
 */

/** Literal text, or the name of a value. */
export type Part =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'placeholder';
      readonly name: string;
      /** The part after a bar, as in `{port|number}`. */
      readonly filter?: string;
    };

/** What a secret is replaced by where a request is shown. */
export const mask = '***';

/** The value of a placeholder; undefined for an optional one without a value. */
export type LookUp = (name: string) => string | undefined;

const piece = /\{\{|\}\}|\{([a-z][a-z0-9_]*(?::[A-Za-z0-9-]+)?)(?:\|([a-z]+))?\}|[{}]|[^{}]+/g;

/** @throws Error for an unmatched brace, which is a mistake in the declaration */
export function parseTemplate(template: string): readonly Part[] {
  const parts: Part[] = [];
  for (const [text, name, filter] of template.matchAll(piece)) {
    if (name !== undefined) parts.push({ kind: 'placeholder', name, ...(filter && { filter }) });
    else if (text === '{' || text === '}') {
      throw new Error(`unmatched ${text} in the template ${JSON.stringify(template)}`);
    } else parts.push({ kind: 'literal', text: text === '{{' ? '{' : text === '}}' ? '}' : text });
  }
  return parts;
}

/** A text as a template, in which braces are doubled. */
export function literal(text: string): string {
  return text.replace(/[{}]/g, '$&$&');
}

/** The placeholders of a template. @throws Error as `parseTemplate` */
export function placeholdersIn(template: string): readonly (Part & { kind: 'placeholder' })[] {
  return parseTemplate(template).filter((part) => part.kind === 'placeholder');
}

/**
 * @param lookUp the encoded value of a placeholder
 * @returns undefined if a placeholder has no value
 */
export function renderTemplate(template: string, lookUp: LookUp): string | undefined {
  let text = '';
  for (const part of parseTemplate(template)) {
    const piece = part.kind === 'literal' ? part.text : lookUp(part.name);
    if (piece === undefined) return undefined;
    text += piece;
  }
  return text;
}

/** A value that is not a number, or not true or false, where the template wants one. */
export class TypeProblem extends Error {
  readonly placeholder: string;
  readonly filter: string;

  constructor(placeholder: string, filter: string) {
    super(`${placeholder} is no ${filter}`);
    this.placeholder = placeholder;
    this.filter = filter;
  }
}

/**
 * Renders a string of a JSON template: to a number or a boolean if it is one placeholder that says so.
 *
 * @param isShown whether a value is kept as it is: it stands for the real one
 * @throws TypeProblem
 */
export function renderTyped(
  template: string,
  lookUp: LookUp,
  isShown: (value: string) => boolean = () => false,
): string | number | boolean | undefined {
  const [first, ...others] = parseTemplate(template);
  if (first?.kind !== 'placeholder' || first.filter === undefined || others.length > 0) {
    return renderTemplate(template, lookUp);
  }
  const { name, filter } = first;
  const value = lookUp(name);
  if (value === undefined || isShown(value)) return value;
  if (filter === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  // JSON has no zeros in front, which one in ten one-time codes has. What JavaScript would write in yet
  // another way would reach the server changed.
  const digits = value.replace(/^(-?)0+(?=\d)/, '$1');
  if (filter === 'number' && /^-?\d/.test(value) && String(Number(digits)) === digits) {
    return Number(digits);
  }
  throw new TypeProblem(name, filter);
}

/**
 * Renders every string of a JSON value; keys stay as they are. What renders to undefined is left out,
 * and so is an object or array that is empty by it.
 *
 * @param renderText renders one string of the template
 */
export function renderJson(template: unknown, renderText: (text: string) => unknown): unknown {
  if (typeof template === 'string') return renderText(template);
  if (typeof template !== 'object' || template === null) return template;
  if (Array.isArray(template)) {
    const items = template.map((item) => renderJson(item, renderText));
    return unlessEmptied(
      template,
      items.filter((item) => item !== undefined),
    );
  }
  const members = Object.entries(template)
    .map(([key, value]): [string, unknown] => [key, renderJson(value, renderText)])
    .filter(([, value]) => value !== undefined);
  return unlessEmptied(Object.entries(template), members) && Object.fromEntries(members);
}

function unlessEmptied<T>(before: readonly unknown[], after: readonly T[]) {
  return before.length > 0 && after.length === 0 ? undefined : after;
}
