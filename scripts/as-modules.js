/**
 * A plugin of the bundler that turns CommonJS into ES modules, where it is written as plainly as in
 * commander and undici. A CommonJS module is a function in the bundle: V8 reads over it when the chunk
 * is loaded, and all of it again when it is called. ES modules are put into one scope, and of them
 * only what is used. (rolldown/rolldown#10483 is to make this needless.)
 */
import { readFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { parseSync, Visitor } from 'rolldown/utils';

/**
 * @param {RegExp} id the paths of the modules
 */
export function asModules(id) {
  return {
    name: 'as-modules',
    transform: {
      filter: { id },
      order: 'post',
      handler: (code, path) => {
        const module = read(code);
        return module && { code: write(code, path, module), moduleType: 'js' };
      },
    },
  };
}

/** What a module requires and exports at its top; undefined where it does so elsewhere too. */
function read(code) {
  const { program } = parseSync('module.cjs', code, { sourceType: 'script' });
  const requires = [];
  const exports = [];
  for (const statement of program.body) {
    for (const each of declaratorsOf(statement)) {
      const required = requiredBy(each);
      // Node's own are loaded where they are required, as they were.
      if (required && !(required.whole && isBuiltin(required.source)))
        requires.push({ ...required, statement });
    }
    const exported = exportedBy(statement);
    if (exported) exports.push({ ...exported, statement });
  }
  const { mentions, speaksOfThis } = survey(program, exports);
  return exports.length > 0 && mentions === exports.length && !speaksOfThis
    ? { requires, exports }
    : undefined;
}

function declaratorsOf({ type, declarations }) {
  return type === 'VariableDeclaration' && declarations.length === 1 ? declarations : [];
}

/** `const x = require('y')`, `const { x } = require('y')` or `const x = require('y').x`. */
function requiredBy({ id, init }) {
  if (init?.type === 'MemberExpression' && !init.computed && id.type === 'Identifier') {
    const source = sourceOf(init.object);
    return source && { source, names: [[init.property.name, id.name]] };
  }
  const source = sourceOf(init);
  if (source === undefined) return undefined;
  if (id.type === 'Identifier') return { source, whole: id.name };
  return { source, names: id.properties.map(({ key, value }) => [key.name, value.name]) };
}

function sourceOf(node) {
  if (node?.type !== 'CallExpression' || node.callee.name !== 'require') return undefined;
  return node.arguments[0].value;
}

/** `module.exports = x` or `exports.y = x`. */
function exportedBy({ type, expression }) {
  if (type !== 'ExpressionStatement' || expression.type !== 'AssignmentExpression')
    return undefined;
  const { left, right } = expression;
  if (left.type !== 'MemberExpression' || left.computed) return undefined;
  const [object, property] = [left.object.name, left.property.name];
  if (object === 'module' && property === 'exports') return { value: right };
  return object === 'exports' ? { name: property, value: right } : undefined;
}

/** How often a module speaks of its exports, and whether one of them, as a method, speaks of the others. */
function survey(program, exports) {
  let mentions = 0;
  let speaksOfThis = false;
  new Visitor({
    MemberExpression: ({ object, property }) => {
      const ofModule = object.name === 'module' && property.name === 'exports';
      if (ofModule || object.name === 'exports') mentions += 1;
    },
    ThisExpression: ({ start }) => {
      speaksOfThis ||= exports.some(
        ({ value }) => isNames(value) && value.start < start && start < value.end,
      );
    },
  }).visit(program);
  return { mentions, speaksOfThis };
}

function write(code, path, { requires, exports }) {
  const textOf = ({ start, end }) => code.slice(start, end);
  const changes = [
    ...requires.map(({ statement, ...each }) => ({ statement, text: importOf(each, path) })),
    ...exports.map(({ statement, name, value }) => ({
      statement,
      text: name === undefined ? exportAll(value, textOf) : exportOne(name, value, textOf),
    })),
  ];
  const parts = [];
  let done = 0;
  for (const { statement, text } of changes.sort((a, b) => a.statement.start - b.statement.start)) {
    parts.push(code.slice(done, statement.start), text);
    done = statement.end;
  }
  return [...parts, code.slice(done)].join('');
}

function importOf({ source, names, whole }, path) {
  const from = `from ${JSON.stringify(source)};`;
  if (names)
    return `import { ${names.map(([name, as]) => `${name} as ${as}`).join(', ')} } ${from}`;
  return isOneValue(source, path) ? `import ${whole} ${from}` : `import * as ${whole} ${from}`;
}

/** Whether a module exports one value, such as a class, and not names. */
function isOneValue(source, path) {
  const target = read(readFileSync(createRequire(path).resolve(source), 'utf8'));
  return target?.exports.some(({ name, value }) => name === undefined && !isNames(value)) ?? false;
}

function isNames({ type, properties }) {
  return type === 'ObjectExpression' && properties.length > 0;
}

function exportOne(name, value, textOf) {
  return value.type === 'Identifier'
    ? `export { ${value.name} as ${name} };`
    : exportNew(name, textOf(value));
}

/** What has no name in the module gets one that it can have for itself alone. */
function exportNew(name, text) {
  return `const exported_${name} = ${text};\nexport { exported_${name} as ${name} };`;
}

function exportAll(value, textOf) {
  if (!isNames(value)) return `export default ${textOf(value)};`;
  const isName = (each) => each.value.type === 'Identifier' && !each.method;
  const names = value.properties.filter(isName);
  const others = value.properties.filter((each) => !isName(each));
  return [
    ...names.map((each) => exportOne(each.key.name, each.value)),
    `const others = { ${others.map(textOf).join(', ')} };`,
    ...others.map(({ key }) => exportNew(key.name, `others.${key.name}`)),
  ].join('\n');
}
