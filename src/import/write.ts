/** A draft → YAML, with its doubts as comments beside their places. */
import { Document, isMap, isPair, isScalar, type Node, type Pair, Scalar, visit } from 'yaml';
import { stepsOf } from '../declaration/pointer.ts';
import type { Draft } from './draft.ts';
import { hasUnprintable, oneLine } from './texts.ts';

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
  shorten(document);
  visit(document, {
    Scalar: (_, node) => {
      if (typeof node.value === 'string' && hasUnprintable(node.value)) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  const head = [` yaml-language-server: $schema=${schema}`, ...general];
  const body = document.toString({ lineWidth: 100 });
  return `${head.map((line) => `#${line}`).join('\n')}\n${visible(body)}`;
}

/** Escapes what a terminal would not show. It stands in quotes, but for the ends of lines. */
function visible(yaml: string): string {
  return yaml.replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, '0')}` : `\\u${code.padStart(4, '0')}`;
  });
}

/** Fields, names and small mappings on a line each, as people write them. */
function shorten(document: Document): void {
  visit(document, {
    Map(_, map, path) {
      const parent = path.at(-1);
      const isAnswer = isPair(parent) && keyOf(parent) === 'answer';
      const isSmall = map.items.length <= 5 && map.items.every((item) => isPlain(item));
      if (isSmall && !isAnswer && path.length > 1) map.flow = true;
    },
    Seq(_, seq) {
      if (seq.items.every((item) => isScalar(item))) seq.flow = true;
    },
  });
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

/** Whether a pair fits on a line with others: it has no comment and no mapping. */
function isPlain({ key, value }: Pair): boolean {
  return isScalar(key) && !key.commentBefore && isScalar(value);
}

function keyOf({ key }: Pair): unknown {
  return isScalar(key) ? key.value : key;
}
