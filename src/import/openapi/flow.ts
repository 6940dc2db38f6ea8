/** A login of which the document has no more than the token URL of a security scheme. */
import type { FoundLogin, Input } from '../found.ts';
import type { Candidate } from '../reader.ts';
import { clipped } from './files.ts';
import { docsOf, titleOf } from './info.ts';
import type { Api } from './operations.ts';
import { pathOf, requestPath } from './path.ts';
import type { Flow } from './security.ts';
import { serversOfDocument } from './servers.ts';

/** The login at a token URL that is no operation of the document; undefined if it has no path. */
export function flowCandidate(api: Api, flow: Flow): Candidate | undefined {
  const { grant, scheme, tokenUrl } = flow;
  const path = requestPath(pathOf(tokenUrl));
  if (path.hasParameters || path.path === '/') return undefined;
  return {
    operation: `POST:${path.path}`,
    summary: `the token URL of the scheme ${clipped(scheme)}`,
    score: grant === 'password' ? 8 : 7,
    reasons: [`the scheme "${clipped(scheme)}" has a flow for ${grantWords[grant]}`],
    read: () => flowLogin(api, flow, path.path),
  };
}

const grantWords = { password: 'a password', client_credentials: 'client credentials' } as const;

function flowLogin(api: Api, { grant, tokenUrl, refreshUrl }: Flow, path: string): FoundLogin {
  const { servers, doubts } = serversOfDocument(api);
  const origin = /^https?:\/\/[^/?#]+/i.exec(tokenUrl)?.[0];
  const isElsewhere =
    origin !== undefined &&
    !servers.some(({ url }) => url.toLowerCase().startsWith(origin.toLowerCase()));
  const docs = docsOf(api.root);
  const isPassword = grant === 'password';
  const body = (name: string, more: Partial<Input> = {}): Input => ({
    in: 'body',
    at: [name],
    required: true,
    type: 'string',
    ...more,
  });
  const grantType = (constant: string) => body('grant_type', { constant });
  const renews = refreshUrl !== '' && pathOf(refreshUrl) !== '';
  const base = servers.map(({ url }) => pathOf(url)).find((each) => each !== '');
  const isBelow = base !== undefined && path.startsWith(`${base}/`);
  return {
    title: titleOf(api.root),
    ...(docs !== undefined && { docs }),
    method: 'POST',
    path: !isElsewhere && isBelow ? path.slice(base.length) : path,
    servers: isElsewhere ? [{ url: origin }] : servers,
    inputs: [
      grantType(grant),
      ...(isPassword
        ? [body('username', { secret: false }), body('password', { secret: true })]
        : []),
    ],
    body: 'form',
    ...(!isPassword && { basic: { user: 'client_id', password: 'client_secret' } }),
    answer: {
      members: [
        { place: '/access_token', name: 'access_token', type: 'string' },
        { place: '/expires_in', name: 'expires_in', type: 'number' },
        ...(renews
          ? [{ place: '/refresh_token', name: 'refresh_token', type: 'string' } as const]
          : []),
      ],
    },
    carrier: { header: 'Authorization', prefix: 'Bearer ' },
    ...(renews && {
      refresh: {
        method: 'POST',
        path: requestPath(pathOf(refreshUrl)).path,
        body: 'form',
        inputs: [grantType('refresh_token'), body('refresh_token')],
      },
    }),
    doubts: [
      ...doubts,
      {
        pointer: '/login/0/request',
        text: 'the document names only the token URL: this is what OAuth says about the rest',
      },
      ...(isElsewhere
        ? [
            {
              pointer: '',
              text: 'the token URL is on another server than the rest of the document',
            },
          ]
        : []),
    ],
  };
}
