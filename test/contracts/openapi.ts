/** Checks requests and answers against the OpenAPI documents of the login contracts. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { resolvePointer } from '../../src/declaration/pointer.ts';
import type { Request } from '../../src/http/message.ts';

/** The name of a vendor that has a document. */
export type Vendor = string;
/** The vendors that have a document. Every provider must have one. */
export const vendors: readonly Vendor[] = readdirSync(new URL('.', import.meta.url))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.slice(0, -'.yaml'.length));
/** The operations that a document may have, by `operationId`. */
export type OperationName = 'login' | 'refresh' | 'verify';

export function documentPath(vendor: Vendor): string {
  return fileURLToPath(new URL(`${vendor}.yaml`, import.meta.url));
}

/** Whether there is a document for a provider. */
export function isVendor(name: string): boolean {
  return vendors.includes(name);
}

/**
 * Checks a request against a vendor's document. The path is compared from its end, because the base URL
 * may have a path.
 *
 * @returns the violations in words; empty for a valid request
 */
export function validateRequest(vendor: Vendor, request: Request): readonly string[] {
  const path = new URL(request.url).pathname;
  const operation = operations(vendor)
    .filter((o) => o.method === request.method && path.endsWith(o.path))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (!operation) return [`${request.method} ${path} is not in the document`];
  const headers = new Map(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return [
    ...headerProblems(vendor, operation, headers),
    ...securityProblems(vendor, operation, headers, request.body),
    ...bodyProblems(vendor, operation, headers, request.body),
  ];
}

/**
 * Checks an answer against a vendor's document.
 *
 * @param body the parsed JSON
 * @returns the violations in words; empty for a documented answer
 */
export function validateResponse(
  vendor: Vendor,
  name: OperationName,
  status: number,
  body: unknown,
): readonly string[] {
  const operation = operations(vendor).find((o) => o.name === name);
  if (!operation) return [`the document has no ${name}`];
  for (const code of [String(status), `${String(status)[0]}XX`]) {
    let pointer = `${operation.pointer}/responses/${code}`;
    const ref = at(vendor, `${pointer}/$ref`);
    if (typeof ref === 'string') pointer = ref.slice(1);
    if (at(vendor, pointer) === undefined) continue;
    return schemaProblems(
      vendor,
      `${pointer}/content/application~1json/schema`,
      body,
      'the answer',
    );
  }
  return [`the status ${status} is not documented`];
}

interface Operation {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  /** The JSON pointer to the operation in its document. */
  readonly pointer: string;
}

type Headers = ReadonlyMap<string, string>;

const ajv = new Ajv2020({
  strict: true,
  strictRequired: false,
  strictTypes: false,
  allErrors: true,
});
addFormats.default(ajv);
// Schemas are referenced within whole documents, so Ajv must accept the keywords around them.
ajv.addVocabulary(['openapi', 'info', 'servers', 'paths', 'components']);

const documents = new Map(vendors.map((vendor) => [vendor, readDocument(vendor)]));
for (const [vendor, document] of documents) ajv.addSchema(document, vendor, undefined, false);

function readDocument(vendor: Vendor): object {
  const document: unknown = parse(readFileSync(documentPath(vendor), 'utf8'));
  if (typeof document !== 'object' || document === null) throw new Error(`${vendor}.yaml is empty`);
  return document;
}

function at(vendor: Vendor, pointer: string): unknown {
  return resolvePointer(documents.get(vendor), pointer);
}

function operations(vendor: Vendor): readonly Operation[] {
  return entries(at(vendor, '/paths')).flatMap(([path, methods]) =>
    entries(methods).map(([method, operation]) => ({
      name: String(resolvePointer(operation, '/operationId')),
      method: method.toUpperCase(),
      path,
      pointer: `/paths/${path.replaceAll('/', '~1')}/${method}`,
    })),
  );
}

function headerProblems(vendor: Vendor, operation: Operation, headers: Headers): string[] {
  const problems: string[] = [];
  const here = (pointer: string) => at(vendor, operation.pointer + pointer);
  entries(here('/parameters')).forEach(([index]) => {
    const name = String(here(`/parameters/${index}/name`));
    const value = headers.get(name.toLowerCase());
    const pointer = `${operation.pointer}/parameters/${index}/schema`;
    if (value !== undefined) problems.push(...schemaProblems(vendor, pointer, value, name));
    else if (here(`/parameters/${index}/required`) === true) problems.push(`${name} is missing`);
  });
  if (here('/x-no-empty-header') === true) {
    for (const [name, value] of headers) if (value === '') problems.push(`${name} is empty`);
  }
  return problems;
}

function securityProblems(
  vendor: Vendor,
  operation: Operation,
  headers: Headers,
  body: string | undefined,
): string[] {
  const alternatives = entries(at(vendor, `${operation.pointer}/security`));
  if (alternatives.length === 0) return [];
  const met = alternatives.filter(([, schemes]) =>
    entries(schemes).every(([scheme]) => {
      const place = `/components/securitySchemes/${scheme}`;
      const header = at(vendor, `${place}/name`) ?? 'Authorization';
      const value = headers.get(String(header).toLowerCase()) ?? '';
      const bearer = at(vendor, `${place}/scheme`) === 'bearer';
      return bearer ? /^Bearer [\x21-\x7e]+$/.test(value) : value !== '';
    }),
  );
  if (met.length === 0) return ['the token is missing or in the wrong place'];
  const secured = met.some(([, schemes]) => entries(schemes).length > 0);
  const either = at(vendor, `${operation.pointer}/x-either-body-or-security`);
  return either === true && secured === (body !== undefined)
    ? ['either a body or a token in Authorization is required, and not both']
    : [];
}

function bodyProblems(
  vendor: Vendor,
  operation: Operation,
  headers: Headers,
  body: string | undefined,
): string[] {
  const pointer = `${operation.pointer}/requestBody`;
  if (body === undefined) {
    return at(vendor, `${pointer}/required`) === true ? ['the body is missing'] : [];
  }
  if (at(vendor, pointer) === undefined) return ['the document has no body'];
  const type = headers.get('content-type') ?? 'nothing';
  if (!/^application\/json(;|$)/.test(type)) return [`the body is ${type}, not application/json`];
  try {
    const value: unknown = JSON.parse(body);
    return schemaProblems(vendor, `${pointer}/content/application~1json/schema`, value, 'the body');
  } catch {
    return ['the body is not JSON'];
  }
}

function schemaProblems(vendor: Vendor, pointer: string, value: unknown, what: string): string[] {
  const validate = ajv.getSchema(`${vendor}#${pointer}`);
  if (!validate) throw new Error(`the document of ${vendor} has no schema at ${pointer}`);
  if (validate(value)) return [];
  return (validate.errors ?? []).map((e) => `${what}${e.instancePath}: ${e.message}`);
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
