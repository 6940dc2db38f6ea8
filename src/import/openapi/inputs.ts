/** What a login of a document sends. */
import type { FoundDoubt, Input } from '../found.ts';
import { bodyOf, bodyParts, formParts } from './inputs/body.ts';
import { inputOf } from './inputs/constants.ts';
import { grantOf } from './inputs/grant.ts';
import { memberInputs } from './inputs/members.ts';
import { parameterParts } from './inputs/parameters.ts';
import { type BasicParts, basicOf, hiddenBasic, securityOf } from './inputs/security.ts';
import { type Api, type Operation, parametersOf } from './operations.ts';
import { isPasswordName, lastOf } from './schema.ts';
import type { Scheme } from './security.ts';

/** What a login sends. */
export interface Sent {
  readonly inputs: readonly Input[];
  readonly body?: 'json' | 'form';
  readonly basic?: BasicParts;
  /** The security schemes that it needs itself. */
  readonly schemes: readonly Scheme[];
  readonly doubts: readonly FoundDoubt[];
}

/** What a flow of the document's security says of its login. */
interface ByFlow {
  readonly prefersForm?: boolean;
  readonly grant?: string;
}

/** Reads what a login sends. @throws AuthctlError `usage` if a declaration cannot send it */
export function sentBy(
  api: Api,
  operation: Operation,
  known: ReadonlyMap<string, Scheme>,
  { prefersForm = false, grant: ofFlow }: ByFlow = {},
): Sent {
  const doubts: FoundDoubt[] = [];
  const doubt = (pointer: string, text: string) => void doubts.push({ pointer, text });
  const parameters = parametersOf(operation, api.version);
  const chosen = bodyOf(api, operation, { prefersForm });
  const isOldForm = chosen?.kind === 'form' && api.version === 2;
  const read = chosen && !isOldForm ? bodyParts(chosen, doubt) : undefined;
  const parts = read?.parts ?? (isOldForm ? formParts(operation) : []);
  const grant = ofFlow ?? read?.grant ?? grantOf(parameters, parts);
  const members = memberInputs(parts, { parameters, grant, doubt });
  const asParameters = parameterParts(parameters).flatMap(
    (each) => inputOf(each, grant, doubt) ?? [],
  );
  const hasPassword =
    members.some(({ at, constant }) => constant === undefined && isPasswordName(lastOf(at))) ||
    asParameters.some(({ at }) => isPasswordName(lastOf(at)));
  const { keys, basicScheme, schemes } = securityOf(api, operation, known, hasPassword);
  const header = parameters.find(({ in: place, name }) => {
    return place === 'header' && /^authorization$/i.test(name);
  });
  const basic = basicScheme
    ? basicOf(api, operation, basicScheme, grant)
    : header && hiddenBasic(header, hasPassword, doubt);
  const ofKeys = new Set(keys.map(placeOf));
  const body = members.length === 0 ? undefined : chosen?.kind === 'form' ? 'form' : 'json';
  return {
    inputs: [...asParameters.filter((each) => !ofKeys.has(placeOf(each))), ...keys, ...members],
    ...(body && { body }),
    ...(basic && { basic }),
    schemes,
    doubts,
  };
}

function placeOf({ in: place, at }: Input): string {
  return `${place} ${lastOf(at).toLowerCase()}`;
}
