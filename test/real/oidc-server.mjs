/** A server of oidc-provider, for its tests. The arguments are the port, and a JSON list of more clients. */
import { createServer } from 'node:http';
import Provider, { errors } from 'oidc-provider';

const [, , port, more = '[]'] = process.argv;
const users = { ada: { password: 'correct horse', email: 'ada@example.com' } };
const scope = 'openid email offline_access';

const client = (client_id, client_secret, rest) => ({
  client_id,
  client_secret,
  redirect_uris: [],
  response_types: [],
  token_endpoint_auth_method: 'client_secret_basic',
  ...rest,
});
const credentials = { grant_types: ['client_credentials'] };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    client('service', 's3cret/with+odd:chars%', { ...credentials, scope: 'api:read api:write' }),
    client('service:colon', 'plain-secret', { ...credentials, scope: 'api:read' }),
    client('cli', 'cli-secret', { grant_types: ['password', 'refresh_token'], scope }),
    ...JSON.parse(more).map((rest) => client(undefined, undefined, { ...credentials, ...rest })),
  ],
  scopes: ['openid', 'offline_access', 'email', 'api:read', 'api:write'],
  claims: { openid: ['sub'], email: ['email'] },
  cookies: { keys: ['not used: nobody logs in by a browser'] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true },
    userinfo: { enabled: true },
  },
  ttl: { ClientCredentials: 120, AccessToken: 60, RefreshToken: 600, Grant: 3600, IdToken: 60 },
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
  findAccount: async (_, id) =>
    users[id] && { accountId: id, claims: async () => ({ sub: id, email: users[id].email }) },
});

// It has no grant for passwords, but its documentation says how to add one ("Custom Grant Types").
provider.registerGrantType(
  'password',
  async (ctx) => {
    const { AccessToken, RefreshToken, Grant } = provider;
    const { params, client } = ctx.oidc;
    const { username, password } = params;
    if (users[username]?.password !== password) {
      throw new errors.InvalidGrant('invalid username or password');
    }
    const grant = new Grant({ clientId: client.clientId, accountId: username });
    grant.addOIDCScope(scope);
    const grantId = await grant.save();
    ctx.oidc.entity('Grant', grant);
    const common = { accountId: username, client, grantId, gty: 'password', scope, claims: {} };
    const access = new AccessToken(common);
    ctx.oidc.entity('AccessToken', access);
    const iiat = Math.floor(Date.now() / 1000);
    const refresh = new RefreshToken({ ...common, rotations: 0, iiat });
    ctx.oidc.entity('RefreshToken', refresh);
    ctx.body = {
      access_token: await access.save(),
      expires_in: access.expiration,
      token_type: 'Bearer',
      scope,
      refresh_token: await refresh.save(),
    };
  },
  ['username', 'password', 'scope'],
  [],
);

createServer(provider.callback()).listen(Number(port), '127.0.0.1');
