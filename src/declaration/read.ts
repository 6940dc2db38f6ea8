/** Text of a file → declaration, or all that is wrong with it. */

import type { Problem } from './check/problem.ts';
import { checkDeclaration, checkTexts } from './check.ts';
import type { Declaration, DeclarationFile } from './declaration.ts';
import validate, { type Violation } from './generated/validator.js';
import { resolvePointer } from './pointer.ts';
import {
  type LocatedProblem,
  largestDeclaration,
  locate,
  parseSource,
  type SourceFormat,
} from './source.ts';

/** How a file is read. */
export interface ReadOptions {
  readonly format: SourceFormat;
  /** The name that the file gives the provider. The text may have no other. */
  readonly name?: string;
  /** The name if the text has none. */
  readonly fallbackName?: string;
  /** A name in place of the text's. */
  readonly newName?: string;
  /** The names of the built-in providers. */
  readonly builtIn: readonly string[];
}

/** A declaration, or what is wrong with the file. */
export type ReadDeclaration =
  | { readonly declaration: Declaration; readonly problems?: undefined }
  | { readonly declaration?: undefined; readonly problems: readonly LocatedProblem[] };

/** Reads a declaration, and checks all of it. */
export async function readDeclaration(
  bytes: Uint8Array,
  { format, name, fallbackName, newName, builtIn }: ReadOptions,
): Promise<ReadDeclaration> {
  const whole = (message: string) => ({ problems: [{ pointer: '', message }] });
  if (bytes.length > largestDeclaration) return whole('it is larger than 64 KiB');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return whole('it is not UTF-8 text');
  }
  const source = parseSource(text, format);
  if (source.problems) return source;
  const { value } = source;
  const nameIn = (file: unknown) =>
    newName ?? (file as Partial<DeclarationFile> | null)?.name ?? name ?? fallbackName;
  if (!validate(value)) {
    const { default: schema } = await import('./generated/schema.js');
    const { schemaProblems } = await import('./schema-problems.ts');
    const violations = validate.errors ?? [];
    const problems = schemaProblems(schema, value, violations);
    const further = furtherProblems(value, violations, { builtIn, name: nameIn(value) });
    return { problems: locate(text, [...problems, ...further]) };
  }
  const { $schema: _, ...rest } = value as DeclarationFile;
  const given = nameIn(rest);
  if (given === undefined) {
    return whole(
      '"name" is missing, and the name of the file cannot be one: expected lower-case letters, digits and -',
    );
  }
  const declaration = { ...rest, name: given };
  const problems = checkDeclaration(declaration, builtIn);
  if (name !== undefined && given !== name) {
    const message = `the name ${given} is not that of the file, ${name}`;
    return { problems: locate(text, [{ pointer: '/name', message }, ...problems]) };
  }
  return problems.length > 0 ? { problems: locate(text, problems) } : { declaration };
}

/**
 * The other problems of a value that does not fit the schema, so that one reading names all mistakes: of one
 * that is right but for unknown words, all; else those of its placeholders. None if the violations could
 * have caused them.
 */
function furtherProblems(
  value: unknown,
  violations: readonly Violation[],
  {
    builtIn,
    name = 'unnamed',
  }: { readonly builtIn: readonly string[]; readonly name?: string | undefined },
): readonly Problem[] {
  const isHarmless = ({ keyword, instancePath, params }: Violation): boolean => {
    if (definesNames.test(instancePath)) return false;
    if (describesAnswers.test(instancePath)) return true;
    if (keyword !== 'required') return ['enum', 'const', 'pattern'].includes(keyword);
    if (instancePath === '/answer') return true;
    return instancePath === '' && ['version', 'title'].includes(String(params['missingProperty']));
  };
  if (!violations.every(isHarmless)) return [];
  const known = structuredClone(value);
  for (const { instancePath, params } of violations) {
    const parent = resolvePointer(known, instancePath);
    const word = params['additionalProperty'];
    if (typeof word === 'string') Reflect.deleteProperty(Object(parent), word);
  }
  return validate(known)
    ? checkDeclaration({ ...(known as DeclarationFile), name }, builtIn)
    : checkTexts(value as Declaration);
}

/** Parts in which a mistake makes a placeholder seem to be one. */
const definesNames = /^\/(fields|derive|answer\/keep|(login\/\d+|logout)\/steps\/\d+\/keep)(\/|$)/;
/** Parts without placeholders. */
const describesAnswers =
  /^(\/refresh)?\/answer\/|^\/(login\/\d+|logout)\/steps\/\d+\/(accepted|asks|error|limited|refused|when)(\/|$)/;
