import { describe, expect, test } from '@jest/globals';
import { readCurl } from '../../src/import/curl.ts';
import { answered, declared, fieldsOf, logIn, refusalOf } from './drafted.ts';

const longQuery =
  'mutation Login($user: String!, $password: String!) { login(input: { user: $user, password: $password }) { session { token expiresAt refreshToken } viewer { id name mail locale timeZone organization { id name plan } } errors { code message path } } }';

/** Lines of the shapes that vendors, browsers and programs print, with what has to come of them. */
const lines: readonly {
  readonly title: string;
  readonly line: string;
  readonly server?: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly fields: string;
  readonly doubts?: readonly RegExp[];
}[] = [
  {
    title: 'JSON over several lines, with a prompt',
    line: `$ curl -X POST https://api.vendor.example/v1/auth/login \\
  -H 'Content-Type: application/json' \\
  -H 'Accept: application/json' \\
  -d '{
    "username": "ada",
    "password": "S3CR3T"
  }'`,
    request: {
      method: 'POST',
      path: '/v1/auth/login',
      headers: { Accept: 'application/json' },
      json: { username: '{username}', password: '{password}' },
    },
    fields: 'username password*',
  },
  {
    title: 'client credentials as a form with -u and variables',
    line: `curl -u "$CLIENT_ID:\${CLIENT_SECRET}" -d grant_type=client_credentials -d 'scope=read write' https://api.vendor.example/oauth/token`,
    request: {
      method: 'POST',
      path: '/oauth/token',
      basic: { user: '{client_id}', password: '{client_secret}' },
      form: { grant_type: 'client_credentials', scope: '{scope}' },
    },
    fields: 'client_id client_secret* scope',
  },
  {
    title: 'a domain that is to be replaced, as Auth0 prints it',
    line: `curl --request POST \\
  --url 'https://YOUR_DOMAIN/oauth/token' \\
  --header 'content-type: application/json' \\
  --data '{"client_id":"YOUR_CLIENT_ID","client_secret":"YOUR_CLIENT_SECRET","audience":"YOUR_API_IDENTIFIER","grant_type":"client_credentials"}'`,
    server: '',
    request: {
      path: '/oauth/token',
      json: {
        client_id: '{client_id}',
        client_secret: '{client_secret}',
        audience: '{audience}',
        grant_type: 'client_credentials',
      },
    },
    fields: 'client_id client_secret* audience',
    doubts: [/server of the line is a variable/],
  },
  {
    title: 'Chrome, for bash, with $',
    line: `curl 'https://app.vendor.example/api/session' \\
  -H 'accept: application/json' \\
  -H 'accept-language: en-GB,en;q=0.9' \\
  -H 'content-type: application/json' \\
  -H 'dnt: 1' \\
  -b '_ga=GA1.1.S3CR3T; sid=S3CR3T' \\
  -H 'origin: https://app.vendor.example' \\
  -H 'priority: u=1, i' \\
  -H 'sec-ch-ua: "Chromium";v="130", "Not?A_Brand";v="99"' \\
  -H 'sec-ch-ua-mobile: ?0' \\
  -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64)' \\
  -H 'x-requested-with: XMLHttpRequest' \\
  --data-raw $'{"email":"ada@vendor.example","password":"S3CR3T\\u0021 it\\'s","remember":true}' \\
  --insecure`,
    request: {
      method: 'POST',
      path: '/api/session',
      headers: { accept: 'application/json', 'x-requested-with': 'XMLHttpRequest' },
      json: { email: '{email}', password: '{password}', remember: true },
    },
    fields: 'email password*',
    doubts: [/check of the certificate/, /sends cookies/],
  },
  {
    title: 'Chrome, for cmd',
    line: `curl ^"https://app.vendor.example/api/session?lang=en^" ^
  -H ^"accept: application/json, text/plain, */*^" ^
  -H ^"content-type: application/json^" ^
  -H ^"sec-ch-ua: ^\\^"Chromium^\\^";v=^\\^"130^\\^"^" ^
  --data-raw ^"^{^\\^"user^\\^":^\\^"ada^\\^",^\\^"password^\\^":^\\^"S3CR3T^%^20^^^&^|^\\^"^}^"`,
    request: {
      path: '/api/session',
      query: { lang: '{lang}' },
      json: { user: '{user}', password: '{password}' },
    },
    fields: 'lang user password*',
  },
  {
    title: 'cmd on a page, with doubled quotes',
    line: 'C:\\Users\\ada> curl.exe -X POST "https://api.vendor.example/login" ^\r\n  -H "Content-Type: application/json" ^\r\n  -d "{\\"login\\": \\"ada\\", \\"password\\": \\"S3CR3T\\"}"\r\n',
    request: { path: '/login', json: { login: '{login}', password: '{password}' } },
    fields: 'login password*',
  },
  {
    title: 'Firefox',
    line: `curl 'https://app.vendor.example/auth/sign-in' -X POST -H 'User-Agent: Mozilla/5.0' -H 'Accept: application/json' -H 'Accept-Encoding: gzip, deflate, br' -H 'Content-Type: application/x-www-form-urlencoded' -H 'Sec-GPC: 1' -H 'Connection: keep-alive' -H 'TE: trailers' --data-raw 'login=ada%40vendor.example&password=S3CR3T&stay=1'`,
    request: {
      path: '/auth/sign-in',
      form: { login: '{login}', password: '{password}', stay: '{stay}' },
    },
    fields: 'login password* stay*',
  },
  {
    title: 'Insomnia',
    line: `curl --request POST \\
  --url https://api.vendor.example/users/authenticate \\
  --header 'Content-Type: application/x-www-form-urlencoded' \\
  --header 'User-Agent: insomnia/10.0.0' \\
  --data username=ada \\
  --data password=S3CR3T`,
    request: {
      path: '/users/authenticate',
      form: { username: '{username}', password: '{password}' },
    },
    fields: 'username password*',
  },
  {
    title: 'Postman',
    line: `curl --location '{{baseUrl}}/api/v2/token' \\
--header 'Content-Type: application/x-www-form-urlencoded' \\
--data-urlencode 'grant_type=password' \\
--data-urlencode 'username={{user}}' \\
--data-urlencode 'password=S3CR3T & more=x' \\
--data-urlencode 'client_id=web'`,
    server: 'https://api.vendor.example',
    request: {
      path: '/api/v2/token',
      form: {
        grant_type: 'password',
        username: '{username}',
        password: '{password}',
        client_id: '{client_id}',
      },
    },
    fields: 'username password* client_id',
  },
  {
    title: 'an API key as the user, as payment services have it',
    line: 'curl https://api.vendor.example/v1/tokens -u sk_live_S3CR3T4242abcdefgh: -X POST',
    request: { method: 'POST', path: '/v1/tokens', basic: { user: '{api_key}', password: '' } },
    fields: 'api_key*',
  },
  {
    title: 'an API key in a header, and the version of the API',
    line: `curl -sSXPOST --compressed "https://api.vendor.example/2.0/auth/token" -H "X-API-Key: <your-api-key>" -H "X-Api-Version: 2024-06-01"`,
    request: {
      path: '/2.0/auth/token',
      headers: { 'X-API-Key': '{x_api_key}', 'X-Api-Version': '2024-06-01' },
    },
    fields: 'x_api_key*',
  },
  {
    title: 'a nested body with a list, as Keystone takes it',
    line: `curl -i -H "Content-Type: application/json" -d '
{ "auth": { "identity": { "methods": ["password"], "password": { "user": {
    "name": "admin", "domain": { "id": "default" }, "password": "S3CR3T" } } },
    "scope": { "project": { "name": "demo", "domain": { "id": "default" } } } } }' \\
  "https://cloud.vendor.example:5000/v3/auth/tokens" ; echo`,
    request: {
      path: '/v3/auth/tokens',
      json: {
        auth: {
          identity: {
            methods: ['password'],
            password: {
              user: { name: '{user_name}', domain: { id: '{domain_id}' }, password: '{password}' },
            },
          },
          scope: { project: { name: '{project_name}', domain: { id: '{domain_id_2}' } } },
        },
      },
    },
    fields: 'user_name domain_id password* project_name domain_id_2',
  },
  {
    title: 'in a substitution, with a tenant in the host and jq behind it',
    line: `export TOKEN=$(curl -s --json '{"api_key": "'"$API_KEY"'", "ttl": 3600}' https://<tenant>.eu.vendor.example/api/token | jq -r .token)
curl -H "Authorization: Bearer $TOKEN" https://<tenant>.eu.vendor.example/api/me`,
    server: 'https://{tenant}.eu.vendor.example',
    request: { path: '/api/token', json: { api_key: '{api_key}', ttl: 3600 } },
    fields: 'tenant api_key*',
    doubts: [/more than one curl command/],
  },
  {
    title: 'inside a sentence',
    line: 'To get a token run `curl -d user=ada -d pass=S3CR3T https://vendor.example/rest/auth` in a shell.',
    request: { path: '/rest/auth', form: { user: '{user}', pass: '{pass}' } },
    fields: 'user pass*',
  },
  {
    title: 'with -G, and the values in the query',
    line: `curl -G 'https://api.vendor.example/webapi/auth.cgi' --data-urlencode 'account=ada' --data-urlencode 'passwd=S3CR3T' -d version=3 -d method=login`,
    request: {
      method: 'GET',
      path: '/webapi/auth.cgi',
      query: { account: '{account}', passwd: '{passwd}', version: '3', method: 'login' },
    },
    fields: 'account passwd*',
    doubts: [/servers log the query/],
  },
  {
    title: 'parameters in the path, and a number that stays',
    line: `curl --request=POST "https://api.vendor.example/v1/accounts/48151623/apps/:app_id/tokens/{region}" --header "Content-Type: application/json" --data "{\\"secret\\": \\"S3CR3T\\"}"`,
    request: {
      path: '/v1/accounts/48151623/apps/{app_id}/tokens/{region}',
      json: { secret: '{secret}' },
    },
    fields: 'app_id region secret*',
    doubts: [/part of the path looks like a value/],
  },
  {
    title: 'Basic authentication in a header, and a one-time code',
    line: `curl -X POST https://vault.vendor.example/api/login -H 'Authorization: Basic YWRhOlMzQ1IzVA==' -H 'X-OTP: 123456'`,
    request: {
      path: '/api/login',
      basic: { user: '{user}', password: '{password}' },
      headers: { 'X-OTP': '{x_otp}' },
    },
    fields: 'x_otp*? user password*',
  },
  {
    title: 'a key for a token, which may as well be a call',
    line: `curl -X POST 'https://api.vendor.example/v2/access_tokens' -H 'Authorization: Bearer S3CR3T-eyJhbGciOiJIUzI1NiJ9'`,
    request: { path: '/v2/access_tokens', headers: { Authorization: 'Bearer {api_key}' } },
    fields: 'api_key*',
    doubts: [/carries a token already/],
  },
  {
    title: 'PowerShell, with backticks at the ends of lines',
    line: 'PS C:\\> curl.exe -X POST https://api.vendor.example/login `\r\n  -H \'Content-Type: application/json\' `\r\n  -d \'{\\"user\\":\\"ada\\",\\"pin\\":4711}\'',
    request: { path: '/login', json: { user: '{user}', pin: '{pin|number}' } },
    fields: 'user pin*',
  },
  {
    title: 'a page that lost its backslashes, and curly quotes',
    line: 'curl “https://api.vendor.example/graphql”\n  -H ‘Content-Type: application/json’\n  --data-binary ‘{"query":"mutation L($u: String!, $p: String!) { login(user: $u, password: $p) { token } }","operationName":"L","variables":{"u":"ada","p":"S3CR3T"}}’',
    request: {
      path: '/graphql',
      json: {
        query:
          'mutation L($u: String!, $p: String!) {{ login(user: $u, password: $p) {{ token }} }}',
        operationName: 'L',
        variables: { u: '{u}', p: '{p}' },
      },
    },
    fields: 'u* p*',
  },
  {
    title: 'a long document of GraphQL',
    line: `curl https://api.vendor.example/graphql --json '{"query":"${longQuery}","variables":{"user":"ada","password":"S3CR3T"}}'`,
    request: {
      json: {
        query: longQuery.replace(/[{}]/g, '$&$&'),
        variables: { user: '{user}', password: '{password}' },
      },
    },
    fields: 'user password*',
  },
];

test.each(lines)('$title', async ({ line, server, request, fields, doubts = [] }) => {
  const found = readCurl(line);
  const draft = answered(found, server === undefined ? {} : { server });
  const declaration = await declared(draft);
  expect(declaration.login[0]?.request).toMatchObject(request);
  expect(fieldsOf(declaration)).toBe(fields);
  for (const pattern of doubts) {
    expect(draft.doubts.map(({ text }) => text)).toContainEqual(expect.stringMatching(pattern));
  }
  expect(await logIn(declaration)).not.toBe('');
});

test('the server is that of the URL, without a user name', async () => {
  const found = readCurl('curl https://ada:S3CR3T@API.Vendor.example:8443/login -X POST');
  expect(found.servers).toEqual([{ url: 'https://api.vendor.example:8443' }]);
  expect(found.basic).toEqual({ user: 'user', password: 'password' });
  expect(await logIn(await declared(answered(found)))).not.toBe('');
});

describe('is refused with a reason, and without what the line has', () => {
  test.each([
    ['-F user=S3CR3T https://a.example', /multipart form/],
    ['--form-string p=S3CR3T https://a.example', /multipart form/],
    ['-d @S3CR3T https://a.example', /reads a file \(@file in --data\)/],
    ['--data-urlencode p@S3CR3T https://a.example', /reads a file/],
    ['--json @S3CR3T https://a.example', /reads a file/],
    ['-H @S3CR3T https://a.example', /reads a file/],
    ['-K S3CR3T https://a.example', /reads a file \(-K\)/],
    ['-b S3CR3T https://a.example', /reads a file \(-b file\)/],
    ['-T S3CR3T https://a.example', /reads a file \(-T\)/],
    ['--netrc https://a.example', /reads a file \(--netrc\)/],
    ['-n https://a.example', /reads a file/],
    ['--digest -u a:S3CR3T https://a.example', /Digest/],
    ['--S3CR3T https://a.example', /word 2 of the line is no option/],
    ['-d S3CR3T', /no URL/],
    ['https://a.example -d', /ends before the value of --data/],
    ['https://a.example -I', /HEAD/],
    ['https://a.example -X TRACE', /TRACE/],
    ['-X GET -d p=S3CR3T https://a.example', /body with GET/],
    ['ftp://a.example/S3CR3T', /neither https nor http/],
    ['https://S3CR3T^x/ -X POST', /no proper host/],
    [
      'https://a.example -d "{\\"p\\": S3CR3T}" -H "Content-Type: application/json"',
      /not valid JSON/,
    ],
    ['https://a.example --json "[\\"S3CR3T\\"]"', /no object/],
    ['https://a.example -d "<a><b>S3CR3T</b></a>"', /neither JSON nor a form/],
    ['https://a.example -H "Authorization: AWS4-HMAC-SHA256 S3CR3T"', /signs its request/],
  ])('curl %s', (line, message) => {
    expect(refusalOf(() => readCurl(`curl ${line}`))).toMatch(message);
  });

  test.each([
    ['no command', 'wget https://a.example/S3CR3T', /no curl command/],
    ['a long line', `curl ${'x'.repeat(1024 * 1024)}`, /over 1 MiB/],
    [
      'deep JSON',
      `curl https://a.example -d '${'{"a":'.repeat(50)}1${'}'.repeat(50)}'`,
      /nested too deeply/,
    ],
    [
      'a control character in a name',
      `curl https://a.example -d '{"a\\u0007":"S3CR3T"}'`,
      /not printable/,
    ],
    ['many members', `curl https://a.example -d '${manyMembers()}'`, /more than 200/],
  ])('%s', (_, line, message) => {
    expect(refusalOf(() => readCurl(line))).toMatch(message);
  });
});

describe('hostile names are names', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s', async (name) => {
    const body = `{"${name}": {"${name}": "S3CR3T"}, "password": "S3CR3T"}`;
    for (const line of [
      `curl https://a.example/l --json '${body}'`,
      `curl https://a.example/l -d '${name}=S3CR3T&x=S3CR3T'`,
      `curl -X POST https://a.example/l -u a:b -b '${name}=S3CR3T'`,
      `curl -X POST https://a.example/{${name}}/l?${name}=S3CR3T`,
    ]) {
      expect(await logIn(await declared(answered(readCurl(line))))).not.toBe('');
    }
    // Node's server cannot receive such a header.
    const header = `curl https://a.example/l -X POST -H '${name}: S3CR3T-0123456789abcdefghi'`;
    await declared(answered(readCurl(header)));
    expect(Object.prototype).not.toHaveProperty('password');
  });

  test('a NUL stays in its value', async () => {
    const found = readCurl("curl https://a.example/l -d $'user=a\\x00&password=S3CR3T\\0'");
    expect(await logIn(await declared(answered(found)))).not.toBe('');
  });
});

function manyMembers(): string {
  return JSON.stringify(
    Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`a${at}`, 'x'])),
  );
}
