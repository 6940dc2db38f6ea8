/** The members of a login's body, as inputs: which are required, and in which order they are asked for. */
import type { Input } from '../../found.ts';
import type { Parameter } from '../operations.ts';
import { constantOf, isPasswordName, isUserName, lastOf } from '../schema.ts';
import { inputOf, isConstantName } from './constants.ts';
import type { Doubt, Part } from './part.ts';

/** The inputs of the body; where nothing is required, who logs in and the password are. */
export function memberInputs(
  parts: readonly Part[],
  {
    parameters,
    grant,
    doubt,
  }: {
    readonly parameters: readonly Parameter[];
    readonly grant: string | undefined;
    readonly doubt: Doubt;
  },
): readonly Input[] {
  const isSure =
    parts.some(({ at, required, facets }) => {
      return required && constantOf(facets) === undefined && !isConstantName(lastOf(at));
    }) || parameters.some(({ name, required }) => required && isPasswordName(name));
  const guessed = isSure ? [] : mainParts(parts);
  if (guessed.length > 0) {
    doubt('/login/0/fields', 'the document does not say which of them are required');
  }
  const inputs = parts.flatMap((part) => {
    const required = part.required || guessed.includes(part);
    return inputOf({ ...part, required, in: 'body' }, grant, doubt) ?? [];
  });
  return inputs.sort((a, b) => order(a) - order(b));
}

/** People are asked in this order. */
function order({ at, constant, description }: Input): number {
  const name = lastOf(at);
  if (constant !== undefined) return 0;
  return isUserName(name, description) ? 1 : isPasswordName(name) ? 2 : 3;
}

/** Where nothing is required: who logs in, and the first password; as an example has them, if there is one. */
function mainParts(parts: readonly Part[]): readonly Part[] {
  const inExample = parts.filter(({ example }) => example !== undefined);
  const from = inExample.some(({ at }) => isPasswordName(lastOf(at))) ? inExample : parts;
  const password = from.find(({ at }) => isPasswordName(lastOf(at)));
  const user = from.find(({ at, description }) => isUserName(lastOf(at), description));
  return [...(user ? [user] : []), ...(password ? [password] : [])];
}
