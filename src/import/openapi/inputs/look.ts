/** A look at what an operation sends, to tell what it is for. */
import {
  type Api,
  bodiesOf,
  formParametersOf,
  type Operation,
  parametersOf,
} from '../operations.ts';
import {
  choicesOf,
  examplesOf,
  facetsOf,
  lastOf,
  leavesOf,
  membersOf,
  type Plain,
  textOf,
} from '../schema.ts';

/** What an operation sends at a place. */
export interface Seen {
  readonly name: string;
  readonly description: string;
  readonly choices: readonly Plain[];
}

/** The names and descriptions of what an operation sends. */
export function lookAtInputs(api: Api, operation: Operation): readonly Seen[] {
  const parameters = parametersOf(operation, api.version).map(
    ({ name, description, schema }): Seen => {
      return { name, description, choices: choicesOf(facetsOf(schema).facets) };
    },
  );
  const forms = formParametersOf(operation).map((each): Seen => {
    const [name, description] = [each.text('name'), each.text('description')];
    return { name, description, choices: choicesOf([each]) };
  });
  const bodies = bodiesOf(operation, api).flatMap(({ schema, node }): readonly Seen[] => [
    ...membersOf(schema).members.map(({ at, facets }) => {
      const description = textOf(facets, 'description');
      return { name: lastOf(at), description, choices: choicesOf(facets) };
    }),
    ...examplesOf(node, schema).flatMap(({ value }) =>
      leavesOf(value).map(({ at }) => ({ name: lastOf(at), description: '', choices: [] })),
    ),
  ]);
  // The same name says the same.
  const all = [...parameters, ...forms, ...bodies].reverse();
  return [...new Map(all.map((each) => [each.name, each])).values()].reverse();
}
