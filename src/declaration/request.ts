/** Builds a request from a template and values. Pure: fresh UUIDs and the time are among the values. */
import { AuthctlError } from '../errors.ts';
import type { Request } from '../http/message.ts';
import type { RequestTemplate, Use } from './declaration.ts';
import { renderJson, renderTemplate } from './template.ts';

/** By placeholder: credentials, `uuid`, `now`, `refresh_token`. */
export type Values = ReadonlyMap<string, string>;

/**
 * Builds the request that a template describes.
 *
 * @param baseUrl without a trailing slash
 * @throws AuthctlError `credential_unsendable` for a value that its header or path cannot carry
 */
export function buildRequest(template: RequestTemplate, baseUrl: string, values: Values): Request {
  const lookUp = (name: string): string => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`no value for the placeholder {${name}}`);
    return value;
  };
  const headers: Record<string, string> = {};
  const path = renderTemplate(template.path, (name) => pathSegment(name, lookUp(name)));
  const body = renderBody(template, lookUp);
  if (body) headers['Content-Type'] = body.type;
  for (const [header, text] of Object.entries(template.headers ?? {})) {
    headers[header] = renderTemplate(text, (name) => headerValue(name, lookUp(name)));
  }
  return {
    method: template.method,
    url: baseUrl + path,
    headers,
    ...(body && { body: body.text }),
  };
}

/** The header that carries a token to the provider. */
export function tokenHeader(
  use: Use,
  token: string,
  template = use.value,
): { readonly name: string; readonly value: string } {
  return { name: use.header, value: renderTemplate(template, () => token) };
}

function renderBody(template: RequestTemplate, lookUp: (name: string) => string) {
  if (template.json !== undefined) {
    const body = renderJson(template.json, (text) => renderTemplate(text, lookUp));
    return { type: 'application/json', text: JSON.stringify(body) };
  }
  if (template.form) {
    const form = Object.entries(template.form).map(([key, text]): [string, string] => [
      key,
      renderTemplate(text, lookUp),
    ]);
    return {
      type: 'application/x-www-form-urlencoded',
      text: new URLSearchParams(form).toString(),
    };
  }
  return undefined;
}

/** A header value is sent as Latin-1, and the receiver strips white space around it. */
function headerValue(name: string, value: string): string {
  const problem = /[\r\n]/.test(value)
    ? 'it has a line break'
    : /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(value)
      ? 'it has a control character'
      : /[^\0-\xff]/.test(value)
        ? 'it has a character outside Latin-1'
        : /^[ \t]|[ \t]$/.test(value)
          ? 'it begins or ends with white space'
          : undefined;
  if (problem) throw unsendable(name, 'header', problem);
  return value;
}

function pathSegment(name: string, value: string): string {
  if (value === '.' || value === '..') throw unsendable(name, 'path', 'it is "." or ".."');
  try {
    return encodeURIComponent(value);
  } catch {
    throw unsendable(name, 'path', 'it has an invalid Unicode character');
  }
}

function unsendable(name: string, part: 'header' | 'path', problem: string): AuthctlError {
  return new AuthctlError(
    'credential_unsendable',
    `${name} cannot be sent in a ${part}: ${problem}`,
  );
}
