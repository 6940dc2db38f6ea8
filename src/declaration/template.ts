/**
 * Templates: text with placeholders such as `{api_key}`. A literal brace is doubled. Values are
 * inserted as they are: the caller encodes them for the place that they go to.
 */

/** Literal text, or the name of a value. */
export type Part =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'placeholder'; readonly name: string };

const piece = /\{\{|\}\}|\{([a-z][a-z0-9_]*(?::[A-Za-z0-9-]+)?)\}|[{}]|[^{}]+/g;

/** @throws Error for an unmatched brace, which is a mistake in the declaration */
export function parseTemplate(template: string): readonly Part[] {
  const parts: Part[] = [];
  for (const [text, name] of template.matchAll(piece)) {
    if (name !== undefined) parts.push({ kind: 'placeholder', name });
    else if (text === '{' || text === '}') {
      throw new Error(`unmatched ${text} in the template ${JSON.stringify(template)}`);
    } else parts.push({ kind: 'literal', text: text === '{{' ? '{' : text === '}}' ? '}' : text });
  }
  return parts;
}

/** @param lookUp the encoded value of a placeholder */
export function renderTemplate(template: string, lookUp: (name: string) => string): string {
  return parseTemplate(template)
    .map((part) => (part.kind === 'literal' ? part.text : lookUp(part.name)))
    .join('');
}

/**
 * Renders every string of a JSON value; keys stay as they are.
 *
 * @param renderText renders one string of the template
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
