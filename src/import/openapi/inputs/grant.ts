/** The grant of a token request: a password's or a client's, the kinds that need no browser. */
import { isGrantName } from '../../names.ts';
import type { Node } from '../node.ts';
import { type Api, bodiesOf, type Operation, type Parameter } from '../operations.ts';
import {
  choicesOf,
  constantOf,
  defaultOf,
  facetsOf,
  isPasswordName,
  lastOf,
  membersOf,
  type Plain,
} from '../schema.ts';
import type { Part } from './part.ts';

/** The grants that need no browser, the better first. */
export const grants: readonly string[] = ['password', 'client_credentials'];

/** A name, and what the document says of it. */
interface Named {
  readonly name: string;
  readonly facets: readonly Node[];
}

/** The grant to ask for, of those that the document lists; undefined if it lists none that is usable. */
export function grantOf(
  parameters: readonly Parameter[],
  parts: readonly Part[],
): string | undefined {
  const all = namedIn(parameters, parts);
  const member = all.find(({ name }) => isGrantName(name));
  if (!member) return undefined;
  const choices = choicesOf(member.facets);
  const hasPassword = all.some(({ name }) => isPasswordName(name) && /pass|pwd/i.test(name));
  const usable = grants.filter((grant) => choices.includes(grant));
  return hasPassword ? usable[0] : usable.at(-1);
}

/** The grant that the document says must or usually does stand there, in any body. */
export function usualGrant(
  api: Api,
  operation: Operation,
  parameters: readonly Parameter[],
): Plain | undefined {
  const members = bodiesOf(operation, api).flatMap(({ schema }) => membersOf(schema).members);
  const member = namedIn(parameters, members).find(({ name }) => isGrantName(name));
  return member && (constantOf(member.facets) ?? defaultOf(member.facets));
}

function namedIn(
  parameters: readonly Parameter[],
  members: readonly Pick<Part, 'at' | 'facets'>[],
): readonly Named[] {
  return [
    ...parameters.map(({ name, schema }) => ({ name, facets: facetsOf(schema).facets })),
    ...members.map(({ at, facets }) => ({ name: lastOf(at), facets })),
  ];
}
