/**
 * What tells whose session a command means, for each provider. The bundler puts the value of this
 * module in its place, so that the launcher does not read whole declarations.
 */
import type { Declaration, Login } from '../declaration/declaration.ts';
import { providers } from './index.ts';

/** A declaration without all that only a request needs. */
export interface Outline {
  readonly name: string;
  readonly fields: readonly Pick<Declaration['fields'][number], 'name' | 'secret'>[];
  readonly login: readonly Pick<Login, 'fields'>[];
}

export const outlines: readonly Outline[] = providers.map((declaration) => ({
  name: declaration.name,
  fields: declaration.fields.map(({ name, secret }) => ({ name, secret })),
  login: declaration.login.map(({ fields }) => ({ fields })),
}));
