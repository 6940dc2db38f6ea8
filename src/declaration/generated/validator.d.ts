/** The validator of declarations, which `npm run build` makes of the schema. */

/** One violation of the schema. */
export interface Violation {
  /** A JSON pointer into the value. */
  readonly instancePath: string;
  /** A JSON pointer into the schema, after a `#`. */
  readonly schemaPath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Whether a value is valid; if not, `errors` has every violation. */
declare function validate(value: unknown): boolean;
declare namespace validate {
  let errors: readonly Violation[] | null | undefined;
}
export default validate;
