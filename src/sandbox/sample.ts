/** Fills in sample answers and claims: like a template, but a lone placeholder keeps its type. */
import { parseTemplate, renderJson } from '../declaration/template.ts';

/** What a placeholder stands for; a text or a number. */
export type LookUp = (name: string) => string | number;

/** Fills in every string of a sample. `"{iat}"` becomes a number, `"at {iat}"` a text. */
export function renderSample(sample: unknown, lookUp: LookUp): unknown {
  return renderJson(sample, (text) => {
    const [first, ...others] = parseTemplate(text);
    if (first?.kind === 'placeholder' && others.length === 0) return lookUp(first.name);
    return parseTemplate(text)
      .map((part) => (part.kind === 'literal' ? part.text : lookUp(part.name)))
      .join('');
  });
}
