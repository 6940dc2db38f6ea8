/**
 * A plugin of the bundler that spells a chunk so that V8 reads it quickly: in ASCII, since one other
 * character makes it keep and read the whole file in two bytes each, and with quotes for strings
 * that the minifier writes as templates.
 */
import { parseSync, Visitor } from 'rolldown/utils';

export const lean = {
  name: 'lean',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === 'chunk') chunk.code = inAscii(withQuotes(chunk.code));
    }
  },
};

function withQuotes(code) {
  const { program } = parseSync('chunk.cjs', code, { sourceType: 'script' });
  const templates = [];
  const tagged = new Set();
  new Visitor({
    TaggedTemplateExpression: ({ quasi }) => tagged.add(quasi),
    TemplateLiteral: (node) => {
      if (node.expressions.length === 0) templates.push(node);
    },
  }).visit(program);
  const parts = [];
  let done = 0;
  for (const node of templates.sort((a, b) => a.start - b.start)) {
    if (tagged.has(node)) continue;
    parts.push(code.slice(done, node.start), JSON.stringify(node.quasis[0].value.cooked));
    done = node.end;
  }
  return [...parts, code.slice(done)].join('');
}

/** In strings, templates, regular expressions and names an escape is the character. */
function inAscii(code) {
  return code.replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
