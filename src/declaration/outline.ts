/**
 * The outline of a declaration: the parts needed to find a command's stored session. It is kept
 * beside the sessions, so that the launcher can do without the declaration.
 */
import type { FileState } from '../files/changed.ts';
import type { Declaration, Field } from './declaration.ts';
import { requiredFields, spareFields } from './uses.ts';

/** A declaration without the parts that only requests need. */
export interface Outline {
  readonly name: string;
  readonly fields: readonly Pick<Field, 'name' | 'secret' | 'default'>[];
  readonly login: readonly {
    /** The fields that the login needs. */
    readonly fields: readonly string[];
    /** The fields that it uses if they have a value. */
    readonly spare?: readonly string[];
  }[];
  readonly environments?: NonNullable<Declaration['environments']>;
  readonly file?: FileState;
}

/** The outline of a declaration. */
export function outlineOf(declaration: Declaration): Outline {
  const { name, login, environments, file } = declaration;
  // A one-time code says nothing about the session.
  const fields = declaration.fields.filter(({ once }) => !once);
  const lasting = (names: readonly string[]) =>
    names.filter((each) => fields.some((field) => field.name === each));
  return {
    name,
    fields: fields.map((field) => ({
      name: field.name,
      secret: field.secret,
      ...(field.default !== undefined && { default: field.default }),
    })),
    login: login.map((each) => {
      const spare = lasting(spareFields(declaration, each));
      return {
        fields: lasting(requiredFields(declaration, each)),
        ...(spare.length > 0 && { spare }),
      };
    }),
    ...(environments && { environments }),
    ...(file && { file }),
  };
}
