/**
 * The outline of a declaration: what it takes to know which stored session a command means. It is kept
 * beside the sessions, so that the launcher needs no declaration.
 */
import type { Declaration, Field, Login } from './declaration.ts';

/** A declaration without all that only a request needs. */
export interface Outline {
  readonly name: string;
  readonly fields: readonly Pick<Field, 'name' | 'secret'>[];
  readonly login: readonly Pick<Login, 'fields'>[];
  readonly environments?: NonNullable<Declaration['environments']>;
  /**
   * The file that holds the declaration, where it is not built in: its path, when it was last changed
   * in milliseconds since the epoch, and its size in bytes. Another file than that has another outline.
   */
  readonly file?: { readonly path: string; readonly modified: number; readonly size: number };
}

/** The outline of a declaration. */
export function outlineOf({ name, fields, login, environments }: Declaration): Outline {
  return {
    name,
    fields: fields.map((field) => ({ name: field.name, secret: field.secret })),
    login: login.map((way) => ({ fields: way.fields })),
    ...(environments && { environments }),
  };
}
