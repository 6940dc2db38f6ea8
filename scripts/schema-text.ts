/** The JSON Schema of declarations as text: with each part that occurs several times in one place. */
import { declarationSchema, definitions } from '../src/declaration/schema.ts';

/** The text of schemas/provider.schema.json. */
export function jsonSchema(): string {
  const names = new Map(
    Object.entries(definitions).map(([name, schema]) => [JSON.stringify(schema), name]),
  );
  /** The schema with references in place of the parts; itself not, if it is one of them. */
  const hoisted = (schema: unknown, isPart: boolean): unknown => {
    const name = isPart ? undefined : names.get(JSON.stringify(schema));
    if (name !== undefined) return { $ref: `#/$defs/${name}` };
    if (Array.isArray(schema)) return schema.map((each) => hoisted(each, false));
    if (typeof schema !== 'object' || schema === null) return schema;
    return Object.fromEntries(
      Object.entries(schema).map(([key, each]) => [key, hoisted(each, false)]),
    );
  };
  const { $schema, $id, title, description, ...rest } = JSON.parse(
    JSON.stringify(declarationSchema),
  );
  const whole = {
    ...{ $schema, $id, title, description },
    ...(hoisted(rest, true) as object),
    $defs: Object.fromEntries(
      Object.entries(definitions).map(([name, schema]) => [
        name,
        hoisted(JSON.parse(JSON.stringify(schema)), true),
      ]),
    ),
  };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}
