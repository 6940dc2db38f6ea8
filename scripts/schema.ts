/** Writes schemas/provider.schema.json, the JSON Schema of declarations, for editors and for the validator. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { jsonSchema } from './schema-text.ts';

mkdirSync('schemas', { recursive: true });
writeFileSync('schemas/provider.schema.json', jsonSchema());
