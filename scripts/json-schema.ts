/** The parts of a JSON Schema that documents are made of. */
import { jsonSchema } from './schema-text.ts';

/** A schema, as far as documents use it. */
export interface Schema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The schema of declarations, with the parts that it refers to. */
export interface WholeSchema extends Schema {
  readonly $defs: Readonly<Record<string, Schema>>;
}

/** The schema of declarations. */
export function declarationsSchema(): WholeSchema {
  return JSON.parse(jsonSchema());
}

/** The name of the part that a schema refers to. */
export function partName({ $ref }: Schema): string | undefined {
  return $ref?.replace('#/$defs/', '');
}

/** The schema itself, or the part that it refers to. */
export function resolved({ $defs }: WholeSchema, schema: Schema): Schema {
  const name = partName(schema);
  return (name === undefined ? schema : $defs[name]) ?? {};
}

/** The schema of the members of an object that may have any name; undefined for another schema. */
export function memberSchema({ patternProperties }: Schema): Schema | undefined {
  return Object.values(patternProperties ?? {})[0];
}
