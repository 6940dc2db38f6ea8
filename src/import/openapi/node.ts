/** A look into a document: values by name, with the references on the way followed. */
import { AuthctlError } from '../../errors.ts';
import type { Files } from './files.ts';

/** How many members of one list or mapping are looked at. */
const mostMembers = 20_000;

/** A place of a document. What is not there is a place without a value. */
export class Node {
  readonly #files: Files;
  readonly #file: string;
  readonly value: unknown;

  private constructor(files: Files, file: string, value: unknown) {
    this.#files = files;
    this.#file = file;
    this.value = value;
  }

  /** The document itself. */
  static root(files: Files): Node {
    return new Node(files, files.main, files.root).#child(files.root);
  }

  #child(value: unknown): Node {
    const found = this.#files.follow({ file: this.#file, value });
    return new Node(this.#files, found.file, found.value);
  }

  get exists(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  get isMap(): boolean {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value);
  }

  /**
   * A member. Only own properties count.
   *
   * @throws AuthctlError `usage` if it is a reference that is refused or leads nowhere
   */
  get(key: string): Node {
    return this.#child(this.raw(key));
  }

  /** A member as it stands there. */
  raw(key: string): unknown {
    if (typeof this.value !== 'object' || this.value === null) return undefined;
    return Object.hasOwn(this.value, key) ? Reflect.get(this.value, key) : undefined;
  }

  /** A member that is text; empty if it is none. */
  text(key: string): string {
    const value = this.raw(key);
    return typeof value === 'string' ? value : '';
  }

  /** The names of the members of a mapping. */
  get keys(): readonly string[] {
    return this.isMap ? Object.keys(this.value as object).slice(0, mostMembers) : [];
  }

  /** The items of a list. @throws as `get` does */
  get items(): readonly Node[] {
    if (!Array.isArray(this.value)) return [];
    return this.value.slice(0, mostMembers).map((each: unknown) => this.#child(each));
  }

  /** Counts a look at a part of a schema. @throws AuthctlError `usage` after too many */
  look(): void {
    this.#files.look();
  }

  /**
   * What a function makes, or the other value if a reference on its way is refused or leads nowhere. A limit
   * that is exceeded ends everything.
   */
  tolerant<T>(make: () => T, otherwise: T, note?: (problem: AuthctlError) => void): T {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof AuthctlError) || this.#files.exceeded) throw error;
      note?.(error);
      return otherwise;
    }
  }
}
