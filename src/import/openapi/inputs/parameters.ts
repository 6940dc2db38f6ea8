/** The parameters of a login, as inputs: those of its query, its headers, its cookies and its path. */
import type { Parameter } from '../operations.ts';
import { facetsOf, isPasswordName, isUserName, textOf } from '../schema.ts';
import type { Part } from './part.ts';

/** Headers that are the client's business, or a proxy's. */
const ownHeaders =
  /^(accept.*|authorization|cache-control|connection|content-.*|cookie|date|forwarded|host|if-.*|origin|referer|te|traceparent|tracestate|user-agent|x-forwarded-.*|x-real-ip)$/i;

/** The parameters that a login sends of its own. */
export function parameterParts(
  parameters: readonly Parameter[],
): readonly (Part & Pick<Parameter, 'in'>)[] {
  return parameters.filter(isSent).map((parameter) => {
    const { name, schema, description, node } = parameter;
    const { facets } = facetsOf(schema);
    return {
      in: parameter.in,
      at: [name],
      facets: facets.length > 0 ? facets : [node],
      required: parameter.required || isMain(parameter, parameters),
      description: description === '' ? textOf(facets, 'description') : description,
    };
  });
}

function isSent({ in: place, name, required }: Parameter): boolean {
  if (place === 'header' && ownHeaders.test(name)) return false;
  return place !== 'cookie' || required;
}

/** Whether a parameter is who logs in, or the password, where none is said to be required. */
function isMain({ in: place, name, description }: Parameter, all: readonly Parameter[]): boolean {
  return (
    !all.some((each) => each.required && isPasswordName(each.name)) &&
    all.some((each) => each.in === place && isPasswordName(each.name)) &&
    (isPasswordName(name) || isUserName(name, description))
  );
}
