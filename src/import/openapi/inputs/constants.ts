/** What stands at a place of the request: a constant, or the value of a field. */
import type { Input } from '../../found.ts';
import { isConstant, isGrantName } from '../../names.ts';
import { clipped } from '../files.ts';
import {
  choicesOf,
  constantOf,
  defaultOf,
  lastOf,
  type Plain,
  protocolExample,
  typeOf,
} from '../schema.ts';
import type { Doubt, Part } from './part.ts';
import { isCredential, isOnce, secrecyOf } from './secrecy.ts';

/** Whether a name is one of those whose values are the protocol's. */
export function isConstantName(name: string): boolean {
  return isConstant(name, 'x');
}

/** The input that a part is; undefined if it is left out, of which a doubt tells. */
export function inputOf(
  part: Part & { readonly in: Input['in'] },
  grant: string | undefined,
  doubt: Doubt,
): Input | undefined {
  const { at, facets, required, description, example } = part;
  const name = lastOf(at);
  const type = typeOf(facets);
  const about = (text: string) => doubt('/login/0/request', `"${at.join('.')}" ${text}`);
  if (type === 'array' || type === 'object' || Array.isArray(example)) {
    const what = required ? 'is required, and is' : 'is';
    about(`${what} a list or an object: add it by hand if it is needed`);
    return undefined;
  }
  const isProtocol = isConstantName(name);
  // What a document has there is somebody's, and perhaps a real secret.
  const isOwn = !isProtocol && isCredential(name, facets, description);
  const { fixed, usual, sample } = writtenAt(part, { grant, isOwn });
  const constant = fixed ?? usual;
  if (!required && !isProtocol && constant !== undefined) {
    about(`may be left out, and is: "${clipped(String(constant))}" is the usual value`);
    return undefined;
  }
  const isOpen = constant === undefined && sample === undefined;
  if (isProtocol && isOpen && description !== '') {
    about(`may be a constant; the document says: ${clipped(description)}`);
  }
  if (isOpen && !isOwn && choicesOf(facets).length > 1) {
    about(`is one of: ${clipped(choicesOf(facets).slice(0, 8).join(', '))}`);
  }
  const isSecret = type === 'boolean' ? false : secrecyOf(name, facets, description);
  const inputType = typeIn(type);
  return {
    in: part.in,
    at,
    ...(constant !== undefined && { constant }),
    ...(sample !== undefined && constant === undefined && { sample }),
    required: required || (isProtocol && !isOpen),
    ...(isSecret !== undefined && { secret: isSecret }),
    ...(inputType && { type: inputType }),
    ...(description !== '' && { description }),
    ...(isOnce(name, description) && { once: true as const }),
  };
}

/** What a document has at a part. */
interface Written {
  readonly fixed?: Plain | undefined;
  readonly usual?: Plain | undefined;
  readonly sample: string | undefined;
}

/** What must stand there, what usually does, and the protocol's sample. */
function writtenAt(
  { at, facets, example }: Part,
  { grant, isOwn }: { readonly grant: string | undefined; readonly isOwn: boolean },
): Written {
  const name = lastOf(at);
  const sample = protocolExample(name, facets) ?? (isConstant(name, example) ? example : undefined);
  const text = typeof sample === 'string' ? sample : undefined;
  if (isOwn) return { sample: text };
  const isGrant = isGrantName(name) && grant !== undefined;
  return { fixed: isGrant ? grant : constantOf(facets), usual: defaultOf(facets), sample: text };
}

function typeIn(type: string): Input['type'] {
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'string' || type === 'boolean' ? type : undefined;
}
