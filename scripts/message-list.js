/**
 * Writes docs/messages.txt: every text in the source that a user can meet, in one list that can be read
 * through. The check is that of the documents' tests.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'rolldown/utils';

/** Shell scripts, patterns and names, which only programs read. */
const leftOut = /^src\/completion\/|\.d\.ts$|\/reserved\.ts$/;

const root = fileURLToPath(new URL('..', import.meta.url));

/** The document: a section a file, a line a text, in the order of the source. */
export function messageList() {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((path) => join('src', path).replaceAll(sep, '/'))
    .filter((path) => path.endsWith('.ts') && !leftOut.test(path))
    .sort();
  const sections = files.flatMap((path) => {
    const texts = textsIn(readFileSync(join(root, path), 'utf8'));
    return texts.length === 0 ? [] : [`\n${path}\n${texts.map((text) => `  ${text}\n`).join('')}`];
  });
  return `Every text in the source that a user can meet, to be read through: errors, hints, notices,
what -v tells, and help. What stands in {...} is filled in. Generated: npm run docs
${sections.join('')}`;
}

/**
 * The texts of a source that are prose: at least two words.
 *
 * @param {string} code TypeScript
 * @returns {string[]} in the order of the source, with `{expression}` for what is filled in
 */
export function textsIn(code) {
  const { program } = parseSync('source.ts', code, { lang: 'ts' });
  const found = [];
  const add = (start, text) => {
    if (/[a-z]{2,}\S* +\S*[a-z]{2,}/i.test(text)) found.push({ start, text });
  };
  new Visitor({
    Literal: ({ value, start }) => {
      if (typeof value === 'string') add(start, value);
    },
    TemplateLiteral: ({ quasis, expressions, start }) => {
      const parts = quasis.map(({ value }, index) => {
        const filled = expressions[index];
        const shown = filled ? `{${code.slice(filled.start, filled.end)}}` : '';
        return `${value.cooked ?? ''}${shown}`;
      });
      add(start, parts.join(''));
    },
  }).visit(program);
  return found.sort((a, b) => a.start - b.start).map(({ text }) => text.replaceAll('\n', '\\n'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, 'docs/messages.txt'), messageList());
}
