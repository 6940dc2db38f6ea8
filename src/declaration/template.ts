/**
 * Templates: text with placeholders such as `{api_key}`. A literal brace is doubled.
 * Where a value lands decides how it is encoded, so the caller brings the encoding.
 */

/** A piece of a template: text as it stands, or a value's name. */
export type Part =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: string };

const piece = /\{\{|\}\}|\{([a-z][a-z0-9_]*(?::[A-Za-z0-9-]+)?)\}|[{}]|[^{}]+/g;

/**
 * Takes a template apart.
 *
 * @throws Error where a single brace opens or closes nothing: the declaration is wrong
 */
export function parseTemplate(template: string): readonly Part[] {
  const parts: Part[] = [];
  for (const [text, name] of template.matchAll(piece)) {
    if (name !== undefined) parts.push({ kind: 'placeholder', name });
    else if (text === '{' || text === '}') {
      throw new Error(`a lone ${text} in the template ${JSON.stringify(template)}`);
    } else parts.push({ kind: 'literal', text: text === '{{' ? '{' : text === '}}' ? '}' : text });
  }
  return parts;
}

/**
 * Fills a template in.
 *
 * @param lookUp the encoded value of a placeholder
 */
export function renderTemplate(template: string, lookUp: (name: string) => string): string {
  return parseTemplate(template)
    .map((part) => (part.kind === 'literal' ? part.text : lookUp(part.name)))
    .join('');
}

/**
 * Fills in every string of a JSON value; keys stay as they are.
 *
 * @param renderText turns a string of the template into what stands there
 */
export function renderJson(template: unknown, renderText: (text: string) => unknown): unknown {
  if (typeof template === 'string') return renderText(template);
  if (Array.isArray(template)) return template.map((item) => renderJson(item, renderText));
  if (typeof template === 'object' && template !== null) {
    return Object.fromEntries(
      Object.entries(template).map(([key, value]) => [key, renderJson(value, renderText)]),
    );
  }
  return template;
}
