/** The body of a login: which of its kinds and forms, and what is in it. */
import { AuthctlError } from '../../../errors.ts';
import { clipped } from '../files.ts';
import type { Node } from '../node.ts';
import {
  type Api,
  type Body,
  bodiesOf,
  formParametersOf,
  nameOf,
  type Operation,
} from '../operations.ts';
import {
  type Example,
  examplesOf,
  isPasswordName,
  lastOf,
  leavesOf,
  type Member,
  membersOf,
  textOf,
  typeOf,
} from '../schema.ts';
import { grants } from './grant.ts';
import type { Doubt, Part } from './part.ts';

/** The body that a request can have; undefined without one. @throws AuthctlError `usage` for another */
export function bodyOf(
  api: Api,
  operation: Operation,
  { prefersForm }: { readonly prefersForm: boolean },
): Body | undefined {
  const bodies = bodiesOf(operation, api);
  const kinds = prefersForm ? (['form', 'json'] as const) : (['json', 'form'] as const);
  for (const kind of kinds) {
    const found = bodies.find((each) => each.kind === kind);
    if (found) return found;
  }
  const [first] = bodies;
  if (first && (first.required || first.schema.exists)) {
    const name = clipped(nameOf(operation));
    throw new AuthctlError(
      'usage',
      `${name} takes a body of the type ${clipped(first.type)}; only JSON and forms can be imported`,
    );
  }
  return undefined;
}

/** The fields of a form in 2.0, which are parameters. */
export function formParts(operation: Operation): readonly Part[] {
  return formParametersOf(operation).map((each) => ({
    at: [each.text('name')],
    facets: [each],
    required: each.raw('required') === true,
    description: each.text('description'),
  }));
}

/** The members of a body, those of the examples included, and the grant that these are for. */
export function bodyParts(
  { schema, node }: Body,
  doubt: Doubt,
): { readonly parts: readonly Part[]; readonly grant?: string | undefined } {
  const { members, facets, forms } = membersOf(schema, bestForm);
  if (forms > 1) {
    doubt('/login/0/request', `the document has ${forms} forms of the body: check this one`);
  }
  if (members.length === 0 && /^(string|array)$/.test(typeOf(facets))) {
    doubt('/login/0/request', `the body is one ${typeOf(facets)}: add it by hand`);
  }
  const examples = examplesOf(node, schema);
  const example = bestExample(examples);
  const leaves = new Map(leavesOf(example?.value).map((leaf) => [keyOf(leaf), leaf]));
  const groups = new Set(
    examples.map(({ value }) => JSON.stringify(leavesOf(value).map(({ at }) => at))),
  );
  const group = groups.size > 1 && leaves.size > 0 ? example : undefined;
  if (group) {
    const name = group.name === '' ? '' : `"${group.name}"`;
    doubt('/login/0/request', `only the members of one example are here: ${clipped(name)}`);
  }
  const parts = members
    .filter(({ facets: own }) => own.every((each) => !isLeftOut(each)))
    .filter((member) => !group || member.required || leaves.has(keyOf(member)))
    .map((member) => partOf(member, leaves.get(keyOf(member))?.value));
  const isClosed = facets.some((each) => each.raw('additionalProperties') === false);
  const known = new Set(members.map(keyOf));
  // Examples show more than schemas that are open.
  const more = isClosed ? [] : [...leaves.values()].filter((leaf) => !known.has(keyOf(leaf)));
  const objects = new Set(more.map(({ at }) => keyOf({ at: at.slice(0, -1) })));
  return {
    parts: [
      ...parts.filter((part) => !objects.has(keyOf(part))),
      ...more.map(({ at, value }) => ({
        ...{ at, facets: [], required: false, description: '', example: value },
      })),
    ],
    grant: grants.find((grant) => group?.name.includes(grant)),
  };
}

function keyOf({ at }: { readonly at: readonly string[] }): string {
  return JSON.stringify(at);
}

function isLeftOut(facet: Node): boolean {
  return facet.raw('readOnly') === true || facet.raw('deprecated') === true;
}

function partOf({ at, facets, required }: Member, example: unknown): Part {
  const description = textOf(facets, 'description');
  return { at, facets, required, description, ...(example !== undefined && { example }) };
}

/** Of several forms of a body, the one with a password, or else with another secret. */
function bestForm(forms: readonly Node[]): Node | undefined {
  const scored = forms.map((form) => {
    const names = membersOf(form).members.map(({ at }) => lastOf(at));
    const score = names.some((name) => /pass|pwd/i.test(name))
      ? 2
      : names.some(isPasswordName)
        ? 1
        : 0;
    return { form, score };
  });
  return scored.sort((a, b) => b.score - a.score)[0]?.form;
}

/** The example of a login by password, or else the first that has credentials. */
function bestExample(examples: readonly Example[]): Example | undefined {
  const names = ({ value }: Example) => leavesOf(value).map(({ at }) => lastOf(at));
  return (
    examples.find((each) => /\bpassword\b/i.test(each.name) && names(each).length > 0) ??
    examples.find((each) => names(each).some((name) => /pass|pwd/i.test(name))) ??
    examples.find((each) => names(each).some(isPasswordName)) ??
    examples.find((each) => names(each).length > 0)
  );
}
