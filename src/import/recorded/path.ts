/** The path of a request, with fields for what stands for a value. */
import { AuthctlError } from '../../errors.ts';
import { fieldName } from '../names.ts';
import {
  looksLikeValue,
  looksSecret,
  placeholderName,
  replacePlaceholders,
} from '../placeholders.ts';
import { decoded } from '../texts.ts';
import type { Finding } from './finding.ts';

/** In characters, before it is encoded. */
const longest = 1000;
const longestEncoded = 4000;

/** The path with `{name}` for what stands for a value. @throws AuthctlError `usage` if it is too long */
export function pathIn(finding: Finding, text: string): string {
  const tooLong = `the path of ${finding.request.source} is too long`;
  if (text.length > longest) throw new AuthctlError('usage', tooLong);
  const taken = new Set<string>();
  const nameOf = (given: string) => {
    const name = fieldName(given || 'value', taken);
    taken.add(name);
    return name;
  };
  const path = text
    .split('/')
    .map((segment) => segmentIn(finding, segment, nameOf))
    .join('/');
  if (path.length > longestEncoded) throw new AuthctlError('usage', tooLong);
  return path.startsWith('/') ? path : `/${path}`;
}

function segmentIn(finding: Finding, segment: string, nameOf: (given: string) => string): string {
  const parameter = (name: string, more: { readonly secret?: boolean } = {}) => {
    finding.inputs.push({ in: 'path', at: [name], required: true, ...more });
    return `{${name}}`;
  };
  const whole = /^:([A-Za-z_][\w-]*)$/.exec(segment)?.[1] ?? placeholderName(decoded(segment));
  if (whole !== undefined) return parameter(nameOf(whole));
  const pieces = replacePlaceholders(decodedBraces(segment), nameOf);
  for (const name of pieces.names) parameter(name);
  if (pieces.names.length > 0) return withFields(pieces.text);
  if (looksLikeValue(segment)) {
    finding.doubt(
      '/login/0/request/path',
      'a part of the path looks like a value of one user: make it a field if it is',
    );
  } else if (looksSecret(decoded(segment))) {
    return parameter(nameOf('path_key'), { secret: true });
  }
  return encoded(segment);
}

/** Browsers write braces in percents. */
function decodedBraces(text: string): string {
  return text.replace(/%7b/gi, '{').replace(/%7d/gi, '}');
}

/** A part of a path as it is sent, but for the fields in it. */
function withFields(text: string): string {
  return text
    .split(/(\{[a-z][a-z0-9_]*\})/)
    .map((piece, index) => (index % 2 === 1 ? piece : encoded(piece)))
    .join('');
}

/** A part of a path as it is sent; what is encoded already stays. */
function encoded(text: string): string {
  return text.replace(/[^!$&'()*+,;=:@A-Za-z0-9._~%-]/gu, (sign) =>
    [...Buffer.from(sign)]
      .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  );
}
