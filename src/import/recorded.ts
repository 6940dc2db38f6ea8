/** One request, as a line or a recording has it → what was found. */
import { AuthctlError } from '../errors.ts';
import { type FoundLogin, methods } from './found.ts';
import { basicNames } from './recorded/authorization.ts';
import { bodyIn } from './recorded/body.ts';
import { Finding } from './recorded/finding.ts';
import { cookiesIn, headerIn } from './recorded/headers.ts';
import { pathIn } from './recorded/path.ts';
import type { RecordedRequest } from './recorded/request.ts';
import { serversIn, splitUrl } from './recorded/url.ts';
import { pairsIn } from './recorded/values.ts';
import { oneLine } from './texts.ts';

/**
 * Finds the login that a request is.
 *
 * @throws AuthctlError `usage`, without any value of the request
 */
export function foundIn(request: RecordedRequest): FoundLogin {
  const { source, headers, query = [], cookies = [], answer, title = '' } = request;
  const finding = new Finding(request);
  const method = methodOf(request);
  const url = splitUrl(request.url, source);
  const servers = serversIn(finding, url);
  const path = pathIn(finding, url.path);
  pairsIn(finding, 'query', [...url.query, ...query]);
  let user = request.user ?? url.user;
  for (const [name, value] of headers) user = headerIn(finding, name, value) ?? user;
  cookiesIn(finding, cookies);
  const body = bodyIn(finding);
  const basic = user && basicNames(user);
  // Basic authentication sets it too.
  if (basic) finding.removeHeader('authorization');
  const isEmpty = !basic && finding.inputs.every(({ constant }) => constant !== undefined);
  if (isEmpty) finding.doubt('', `${source} sends no value that could be a credential`);
  return {
    title: oneLine(title) || url.host.replace(/\{[^{}]*\}\./g, '') || 'The imported API',
    method,
    path,
    servers,
    inputs: finding.inputs,
    ...(body && { body }),
    ...(basic && { basic }),
    ...(answer && { answer }),
    doubts: finding.doubts,
  };
}

function methodOf({ method, source }: RecordedRequest): FoundLogin['method'] {
  const known = methods.find((each) => each === method);
  if (known) return known;
  const shown = /^[A-Z]{1,20}$/.test(method) ? method : 'its method';
  throw new AuthctlError(
    'usage',
    `${source} cannot be a login: ${shown} is not one of ${methods.join(', ')}`,
  );
}
