/**
 * The outline of a declaration: the parts needed to find a command's stored session. It is kept
 * beside the sessions, so that the launcher can do without the declaration.
 */
import type { Declaration, Field, Login } from './declaration.ts';

/** A declaration without the parts that only requests need. */
export interface Outline {
  readonly name: string;
  readonly fields: readonly Pick<Field, 'name' | 'secret'>[];
  readonly login: readonly Pick<Login, 'fields'>[];
  readonly environments?: NonNullable<Declaration['environments']>;
  /**
   * The file of a declaration that is not built in: its path, its modification time in milliseconds
   * since the epoch, and its size in bytes. If any of them differs, the outline is out of date.
   */
  readonly file?: { readonly path: string; readonly modified: number; readonly size: number };
}

export function outlineOf({ name, fields, login, environments }: Declaration): Outline {
  return {
    name,
    fields: fields.map((field) => ({ name: field.name, secret: field.secret })),
    login: login.map((each) => ({ fields: each.fields })),
    ...(environments && { environments }),
  };
}
