/** A draft → YAML, with its doubts as comments beside their places. */
import { Document, isMap, isPair, isScalar, type Node, type Pair } from 'yaml';
import { stepsOf } from '../declaration/pointer.ts';
import { type Draft, oneLine } from './draft.ts';

/** Where editors find the schema. */
const schema =
  'https://raw.githubusercontent.com/authctl/authctl/main/schemas/provider.schema.json';

/** The text of a draft. It is valid YAML, whatever the source had. */
export function draftText({ declaration, doubts }: Draft): string {
  const document = new Document(declaration);
  const general: string[] = [];
  for (const { pointer, text } of doubts) {
    const comment = ` ${oneLine(text)}`;
    const pair = pairAt(document, stepsOf(pointer));
    if (!pair || !isScalar(pair.key)) general.push(comment);
    else {
      const before = pair.key.commentBefore;
      pair.key.commentBefore = before ? `${before}\n${comment}` : comment;
    }
  }
  const head = [` yaml-language-server: $schema=${schema}`, ...general];
  return `${head.map((line) => `#${line}`).join('\n')}\n${document.toString({ lineWidth: 100 })}`;
}

/** The pair at a pointer, or the nearest one above it. */
function pairAt(document: Document, steps: readonly string[]): Pair | undefined {
  let node: unknown = document.contents;
  let found: Pair | undefined;
  for (const step of steps) {
    if (isMap(node)) {
      const pair = node.items.find((each) => isPair(each) && keyOf(each) === step);
      if (!pair) return found;
      found = pair;
      node = pair.value;
    } else {
      node = (node as { items?: readonly Node[] } | undefined)?.items?.[Number(step)];
    }
  }
  return found;
}

function keyOf({ key }: Pair): unknown {
  return isScalar(key) ? key.value : key;
}
