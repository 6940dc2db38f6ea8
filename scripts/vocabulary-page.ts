/** Writes docs/vocabulary.md: every word of a declaration, from the schema. */
import { memberSchema, partName, resolved, type Schema, type WholeSchema } from './json-schema.ts';
import { table } from './table.ts';
import { examples, introduction, meanings, parts } from './vocabulary-texts.ts';

/** The text of the page. */
export function vocabularyPage(schema: WholeSchema): string {
  const { $defs } = schema;
  return [
    introduction,
    ...sectionsIn(schema, '', schema),
    '## Parts\n\nThese occur in several places.\n',
    ...Object.entries($defs).flatMap(([name, part]) =>
      part.properties ? sectionsIn(schema, name, part) : [partSection(schema, name, part)],
    ),
  ].join('\n');
}

/** The sections of an object, and of the objects in it. @param path such as `answer.lifetime` */
function sectionsIn(whole: WholeSchema, path: string, object: Schema): readonly string[] {
  const { properties = {}, required = [], description } = object;
  const rows = Object.entries(properties).map(([word, schema]) => {
    const at = join(path, word);
    const isRequired = required.includes(word) ? 'yes' : '';
    return [code(word), type(whole, at, schema), isRequired, plain(meaning(whole, at, schema))];
  });
  return [
    section(path, description, table(['Word', 'Type', 'Required', 'Meaning'], rows)),
    ...Object.entries(properties).flatMap(([word, schema]) => {
      const inner = objectIn(schema);
      const at = join(path, word);
      return inner && sectionOf(whole, at, inner) === at ? sectionsIn(whole, at, inner) : [];
    }),
  ];
}

/** The path of the section about an object: what is the same in two places has one section. */
function sectionOf(whole: WholeSchema, path: string, object: Schema): string {
  const text = JSON.stringify(object);
  const first = allObjects(whole).find(([, each]) => JSON.stringify(each) === text);
  return first?.[0] ?? path;
}

/** The objects in a declaration and in its parts, by path. */
function allObjects(whole: WholeSchema): readonly (readonly [string, Schema])[] {
  const within = (path: string, { properties = {} }: Schema): [string, Schema][] =>
    Object.entries(properties).flatMap(([word, schema]) => {
      const inner = objectIn(schema);
      const at = join(path, word);
      return inner ? [[at, inner], ...within(at, inner)] : [];
    });
  return [
    ...within('', whole),
    ...Object.entries(whole.$defs).flatMap(([name, part]) => within(name, part)),
  ];
}

/** The section of a part that is no object: a text, or one of several objects. */
function partSection(
  whole: WholeSchema,
  name: string,
  { description, anyOf = [] }: Schema,
): string {
  const words = anyOf.flatMap(({ properties = {} }) => Object.entries(properties));
  const rows = words.map(([word, schema]) => [
    code(word),
    members(whole, join(name, word), schema),
    [meaning(whole, join(name, word), schema), ...details(schema)].map(plain).join(' '),
  ]);
  const body = rows.length === 0 ? undefined : table(['Word', 'Type', 'Meaning'], rows);
  return section(name, description, body);
}

function section(path: string, description: string | undefined, body: string | undefined): string {
  const example = examples[path];
  return [
    `${isTop(path) ? '##' : '###'} ${heading(path)}\n`,
    ...(description === undefined ? [] : [`${plain(description)}\n`]),
    ...(body === undefined ? [] : [body]),
    ...(example === undefined ? [] : [`\`\`\`yaml\n${example}\`\`\`\n`]),
  ].join('\n');
}

/** Whether a section is of a word at the top of a declaration, or of the declaration itself. */
function isTop(path: string): boolean {
  return path === '' || !(path in parts || path.includes('.'));
}

/** The object that a schema is, or holds in a list or under names of its own. */
function objectIn(schema: Schema): Schema | undefined {
  if (schema.properties) return schema;
  const inner = schema.items ?? memberSchema(schema);
  return inner && objectIn(inner);
}

/** What a word means: its own description, else that of the part that it is. */
function meaning(whole: WholeSchema, path: string, schema: Schema): string {
  // The answer to a refresh has the words of that to a login.
  const own =
    meanings[path] ??
    meanings[path.replace(/^refresh\.answer/, 'answer')] ??
    schema.description ??
    objectIn(schema)?.description;
  return own ?? resolved(whole, schema).description?.split(/(?<=\.) /)[0] ?? '';
}

/** A type in words, with links. */
function type(whole: WholeSchema, path: string, schema: Schema, isMany = false): string {
  const { anyOf, items, title, properties, const: constant, enum: values } = schema;
  const part = partName(schema);
  if (part !== undefined) return link(part, partWords(part, isMany));
  if (properties) return link(sectionOf(whole, path, schema), isMany ? 'objects' : 'an object');
  if (constant !== undefined) return code(String(constant));
  if (values) return values.map((value) => code(String(value))).join(', ');
  if (anyOf) {
    // The members of an object among others are said at once.
    const words = (each: Schema) =>
      each.properties
        ? `an object with ${members(whole, path, each)}`
        : type(whole, path, each, isMany);
    return anyOf.map(words).join(', or ');
  }
  if (items) return `a list of ${type(whole, path, items, true)}`;
  const member = memberSchema(schema);
  if (member) return `${type(whole, path, member, true)}, by name`;
  return title ?? simple(schema, isMany);
}

function simple({ type: name, minimum, maximum }: Schema, isMany: boolean): string {
  const bounds = maximum === undefined ? '' : ` from ${digits(minimum)} to ${digits(maximum)}`;
  const names: Readonly<Record<string, readonly [one: string, many: string]>> = {
    string: ['text', 'texts'],
    boolean: ['`true` or `false`', 'booleans'],
    integer: [`a whole number${bounds}`, `whole numbers${bounds}`],
  };
  return (names[name ?? ''] ?? ['any value', 'any values'])[isMany ? 1 : 0];
}

/** The members of an object in a line, such as `of`: a template; `upper`, optional: `true` or `false`. */
function members(whole: WholeSchema, path: string, schema: Schema): string {
  const { properties, required = [] } = schema;
  if (!properties) return type(whole, path, schema);
  return Object.entries(properties)
    .map(([word, each]) => {
      const optional = required.includes(word) ? '' : ', optional';
      return `${code(word)}${optional}: ${type(whole, join(path, word), each)}`;
    })
    .join('; ');
}

/** What the members of an object mean. */
function details({ properties = {} }: Schema): readonly string[] {
  return Object.entries(properties).flatMap(([word, { description }]) =>
    description === undefined ? [] : [`${code(word)}: ${description}`],
  );
}

function heading(path: string): string {
  return parts[path]?.heading ?? code(path);
}

function partWords(name: string, isMany: boolean): string {
  const words = parts[name];
  return (isMany ? words?.many : words?.one) ?? name;
}

/** A link to a section. */
function link(path: string, words: string): string {
  const anchor = heading(path)
    .toLowerCase()
    .replace(/[^a-z0-9_ -]/g, '')
    .replaceAll(' ', '-');
  return `[${words}](#${anchor})`;
}

function join(path: string, word: string): string {
  return path === '' ? word : `${path}.${word}`;
}

function code(words: string): string {
  return `\`${words}\``;
}

/** Text in which Markdown finds nothing of its own. */
function plain(words: string): string {
  return words.replace(/[<|*]/g, '\\$&');
}

/** `1234567` → `1,234,567`. */
function digits(value = 0): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}
