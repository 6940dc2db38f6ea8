/** The JSON Schema of declarations, which `npm run build` copies from `schemas`. */
declare const schema: unknown;
export default schema;
