/**
 * For files whose functions are called at each start: a plugin of the bundler, and what it does. V8
 * reads over a function when it meets it, and reads it again when it is called, unless it stands in
 * parentheses.
 */
import { parseSync } from 'rolldown/utils';

/** Makes `function f() {}`, at the top of each chunk, `f = (function f() {})`. */
export const eager = {
  name: 'eager',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === 'chunk') chunk.code = withEagerFunctions(chunk.code);
    }
  },
};

/**
 * @param {string} code of a chunk
 * @param {(place: { start: number, end: number }) => boolean} isCalled which functions are meant, by
 *   where they stand; all without it
 */
export function withEagerFunctions(code, isCalled = () => true) {
  const { program } = parseSync('chunk.cjs', code, { sourceType: 'script' });
  const textOf = ({ start, end }) => code.slice(start, end);
  const functions = program.body.filter(
    (statement) => statement.type === 'FunctionDeclaration' && isCalled(statement),
  );
  if (functions.length === 0) return code;
  const rest = program.body.filter((statement) => !functions.includes(statement));
  const [directives, others] = [
    rest.filter(({ directive }) => directive),
    rest.filter(({ directive }) => !directive),
  ];
  // Declarations are hoisted: whatever calls them has to come after.
  const hoisted = functions.map((each) => `${each.id.name}=(${textOf(each)})`).join(',');
  const head = program.hashbang ? `${textOf(program.hashbang)}\n` : '';
  const statements = [...directives.map(textOf), `var ${hoisted};`, ...others.map(textOf)];
  return `${head}${statements.join('\n')}\n`;
}
