/**
 * The files of a document: the one that the user named, and what its references name in its folder. There
 * is no network, and no file outside of the folder.
 */
import { basename, dirname, relative, resolve } from 'node:path';
import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml';
import { isDeeper } from '../../declaration/nesting.ts';
import { resolvePointer } from '../../declaration/pointer.ts';
import { AuthctlError } from '../../errors.ts';
import { placeOf, readBelow } from '../../files/below.ts';
import { decoded } from '../texts.ts';
import { withIndentedLines } from './indented-lines.ts';

/** What a document may have. */
export interface Limits {
  /** Bytes of all files. */
  readonly bytes: number;
  readonly files: number;
  /** Levels of nested lists and mappings in a file. */
  readonly depth: number;
  /** Different references that are followed. */
  readonly references: number;
  /** How often a YAML file names a value that stands elsewhere in it. */
  readonly aliases: number;
  /** Values of a YAML file, each counted as often as it is named. */
  readonly values: number;
  /** Parts of schemas that are looked at. */
  readonly looks: number;
}

/** Several times what the largest public documents have. */
export const usualLimits: Limits = {
  bytes: 16 * 1024 * 1024,
  files: 200,
  depth: 200,
  references: 20_000,
  aliases: 20_000,
  values: 2_000_000,
  looks: 1_000_000,
};

/** How many references may lead to each other before the value. */
const longestChain = 50;

/** A value, and the file it stands in. */
export interface Found {
  readonly file: string;
  readonly value: unknown;
}

/** The files of a document, each parsed once. */
export class Files {
  readonly main: string;
  readonly #folder: string;
  readonly #limits: Limits;
  readonly #documents = new Map<string, unknown>();
  readonly #references = new Map<string, Found | AuthctlError>();
  #bytes = 0;
  #looks = 0;
  #exceeded: AuthctlError | undefined;

  /** @throws AuthctlError `usage` if there is no such file, or it cannot be read */
  constructor(path: string, limits: Limits = usualLimits) {
    this.#limits = limits;
    const place = placeOf(path);
    const read = 'problem' in place ? place : readBelow(place.folder, place.name, limits.bytes);
    if ('problem' in read || 'problem' in place) {
      const problem = 'problem' in read ? read.problem : '';
      throw new AuthctlError('usage', `cannot read ${clipped(path)}: ${problem}`);
    }
    this.#folder = place.folder;
    this.main = read.path;
    this.#add(read.path, read.bytes);
  }

  /** The value of the document that the user named. */
  get root(): unknown {
    return this.#documents.get(this.main);
  }

  /** The limit that was exceeded, after which nothing more is read. */
  get exceeded(): AuthctlError | undefined {
    return this.#exceeded;
  }

  /** Counts a look at a part of a schema. @throws AuthctlError `usage` after too many */
  look(): void {
    this.#looks += 1;
    if (this.#looks > this.#limits.looks) throw this.#exceed('its schemas are too large');
  }

  /**
   * What stands at a reference, and at a reference that stands there, and so on.
   *
   * @throws AuthctlError `usage` if it is refused or leads nowhere
   */
  follow(from: Found): Found {
    let found = from;
    for (let count = 0; count <= longestChain; count++) {
      const reference = referenceIn(found.value);
      if (reference === undefined) return found;
      found = this.#resolve(found.file, reference);
    }
    const reference = clipped(referenceIn(from.value) ?? '');
    throw new AuthctlError('usage', `the reference ${reference} leads in a circle`);
  }

  #resolve(file: string, reference: string): Found {
    if (this.#exceeded) throw this.#exceeded;
    const key = JSON.stringify([file, reference]);
    let found = this.#references.get(key);
    if (found === undefined) {
      if (this.#references.size >= this.#limits.references) {
        throw this.#exceed(`it has more than ${this.#limits.references} references`);
      }
      found = this.#found(file, reference);
      this.#references.set(key, found);
    }
    if (found instanceof AuthctlError) throw found;
    return found;
  }

  #found(file: string, reference: string): Found | AuthctlError {
    const refused = (why: string) => {
      const place = file === this.main ? '' : ` in ${clipped(this.#name(file))}`;
      return new AuthctlError('usage', `the reference ${clipped(reference)}${place}: ${why}`);
    };
    const [target = '', ...rest] = reference.split('#');
    const pointer = decoded(rest.join('#'));
    if (pointer !== '' && !pointer.startsWith('/')) return refused('it is no JSON pointer');
    let named = file;
    if (target !== '') {
      if (/^[A-Za-z][\w+.-]*:|^[/\\]{2}/.test(target)) {
        return refused(
          'only files below the folder of the document are read, and no network is used',
        );
      }
      const path = resolve(dirname(file), decoded(target));
      if (/\p{Cc}/u.test(decoded(target))) return refused('there is no such file');
      const problem = this.#read(path);
      if (problem instanceof AuthctlError) return problem;
      if (typeof problem === 'string') return refused(problem);
      named = problem.path;
    }
    const value = resolvePointer(this.#documents.get(named), pointer);
    if (value === undefined) return refused('there is nothing');
    return { file: named, value };
  }

  /** The true path of a file that is parsed, or what is wrong with it. */
  #read(path: string): { readonly path: string } | string | AuthctlError {
    if (this.#documents.has(path)) return { path };
    const left = this.#limits.bytes - this.#bytes;
    const read = readBelow(this.#folder, path, left);
    if ('problem' in read) return read.problem;
    if (this.#documents.has(read.path)) return { path: read.path };
    if (this.#documents.size >= this.#limits.files) {
      return this.#exceed(`it consists of more than ${this.#limits.files} files`);
    }
    try {
      this.#add(read.path, read.bytes);
    } catch (error) {
      if (error instanceof AuthctlError) return error;
      throw error;
    }
    return { path: read.path };
  }

  #add(path: string, bytes: Buffer): void {
    this.#bytes += bytes.length;
    const value = parsed(bytes.toString('utf8').replace(/^\ufeff/, ''), this.#limits);
    if (value instanceof Unreadable) {
      throw new AuthctlError('usage', `${clipped(this.#name(path))} ${value.why}`);
    }
    this.#documents.set(path, value.value);
  }

  #name(path: string): string {
    return relative(this.#folder, path) || basename(path);
  }

  #exceed(why: string): AuthctlError {
    this.#exceeded ??= new AuthctlError('usage', `${clipped(this.#name(this.main))}: ${why}`);
    return this.#exceeded;
  }
}

class Unreadable {
  readonly why: string;
  constructor(why: string) {
    this.why = why;
  }
}

function parsed(text: string, limits: Limits): { readonly value: unknown } | Unreadable {
  if (/^\s*[{[]/.test(text)) {
    if (isDeeper(text, limits.depth)) return new Unreadable('is nested too deeply');
    try {
      return { value: JSON.parse(text) };
    } catch {
      // YAML may begin so too.
    }
  }
  if (hasMoreValues(text, limits.values)) {
    return new Unreadable('is too large for YAML; as JSON it could be read');
  }
  return parsedYaml(text, limits);
}

/** The core schema and `<<`, which documents in use have. */
const schema = CORE_SCHEMA.withTags(mergeTag);

function parsedYaml(text: string, limits: Limits): { readonly value: unknown } | Unreadable {
  const options = { schema, json: true, maxDepth: limits.depth, maxAliases: limits.aliases };
  let value: unknown;
  if (text.trim() === '') return { value };
  try {
    value = load(text, options);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    try {
      value = load(withIndentedLines(text), options);
    } catch {
      return new Unreadable(inWords(error));
    }
  }
  const isTooMuch = hasMoreParts(value, limits.values);
  return isTooMuch ? new Unreadable(tooManyAliases) : { value };
}

const tooManyAliases = 'repeats parts of itself by aliases too often, or in a circle';

function inWords({ reason, mark }: YAMLException): string {
  if (/maxDepth/.test(reason)) return 'is nested too deeply';
  if (/maxAliases|maxTotalMergeKeys/.test(reason)) return tooManyAliases;
  return `is neither JSON nor YAML${mark ? `: see line ${mark.line + 1}` : ''}`;
}

/** Whether a text may have more values than the limit: a look at the signs between them. */
function hasMoreValues(text: string, limit: number): boolean {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    // A line end, a comma, brackets, braces.
    if (code === 10 || code === 44 || code === 91 || code === 123) count += 1;
    if (count > limit) return true;
  }
  return false;
}

/** Whether a value has more parts than the limit, where each counts as often as it is named. */
function hasMoreParts(value: unknown, limit: number): boolean {
  const sizes = new Map<object, number>();
  const sizeOf = (each: unknown): number => {
    if (typeof each !== 'object' || each === null) return 1;
    const known = sizes.get(each);
    if (known !== undefined) return known;
    // Where it contains itself, it has no end.
    sizes.set(each, Number.POSITIVE_INFINITY);
    let size = 1;
    for (const child of Object.values(each)) size += sizeOf(child);
    sizes.set(each, size);
    return size;
  };
  try {
    return sizeOf(value) > limit;
  } catch (error) {
    // By aliases it may be deeper than what is nested.
    if (error instanceof RangeError) return true;
    throw error;
  }
}

function referenceIn(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, '$ref'))
    return undefined;
  const reference: unknown = Reflect.get(value, '$ref');
  return typeof reference === 'string' ? reference : undefined;
}

/** A text of the source in a message, at most so long. */
export function clipped(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
