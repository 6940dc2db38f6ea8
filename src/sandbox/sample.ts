/** Renders sample answers and claims. Unlike in a template, a single placeholder keeps its type. */
import { parseTemplate, renderJson } from '../declaration/template.ts';

/** The value of a placeholder. */
export type LookUp = (name: string) => string | number;

/** Renders every string of a sample. `"{iat}"` becomes a number, `"at {iat}"` a string. */
export function renderSample(sample: unknown, lookUp: LookUp): unknown {
  return renderJson(sample, (text) => {
    const [first, ...others] = parseTemplate(text);
    if (first?.kind === 'placeholder' && others.length === 0) return lookUp(first.name);
    return parseTemplate(text)
      .map((part) => (part.kind === 'literal' ? part.text : lookUp(part.name)))
      .join('');
  });
}
