/** What docs/vocabulary.md says besides the schema's descriptions. */

/** The text before the first section. */
export const introduction = `# The vocabulary of declarations

Every word of a declaration. [your-api.md](your-api.md) shows how to write one, with complete examples.

A declaration is YAML or JSON, in UTF-8, of at most 64 KiB. YAML is version 1.2, without anchors, aliases and tags. Text that begins with \`{\` needs quotes there. A word that is not on this page is refused, and so is a name that stands twice in an object.

[provider.schema.json](../schemas/provider.schema.json) says the same to an editor. These rules are not in it, and \`authctl provider check\` tests them too:

- A placeholder names a value that there is in its place. \`{token}\` and kept values can be used everywhere but in \`login\`, \`{refresh_token}\` only in \`refresh\` and \`logout\`. A value that a step keeps can be used in the requests after it, and where kept values can if it is \`stored\`. A path has no value that may be missing.
- Every field, every derived value and every value of a step is used.
- A secret field in \`use\` is marked as \`carried\`. What derives from a secret is one.
- A one-time code, be it a \`once\` field or a \`totp\`, can only be used in the requests of a login.
- The key of a \`jwt\` is a secret, and the seed of a \`totp\` is a secret field. A private key is used for nothing else.
- Fields, kept values, derived values and values of steps have different names, and none is that of an option of authctl. No login has a name twice.
- The first request of a login or a logout has no \`when\`. A login has either \`request\` or \`mint\`, and \`mint\` no steps.
- A request has only one of \`json\`, \`form\` and \`text\`, and none with GET. No header is set twice, and none can be declared that belongs to the connection, such as \`Host\`.

This page is generated from the schema: \`npm run docs\`.
`;

/** The parts that occur in several places: their headings, and how a type names them. */
export const parts: Readonly<
  Record<string, { readonly heading: string; readonly one?: string; readonly many?: string }>
> = {
  '': { heading: 'A declaration' },
  template: { heading: 'A template', one: 'a template', many: 'templates' },
  pointer: { heading: 'A JSON pointer', one: 'a JSON pointer', many: 'JSON pointers' },
  place: { heading: 'A place', one: 'a place', many: 'places' },
  condition: { heading: 'A condition', one: 'a condition', many: 'conditions' },
  match: { heading: 'A kind of answer', one: 'a kind of answer', many: 'kinds of answers' },
  basic: { heading: 'Basic authentication', one: 'a user name and a password' },
  request: { heading: 'A request', one: 'a request', many: 'requests' },
  step: { heading: 'A step', one: 'a step', many: 'steps' },
  function: { heading: 'A function', one: 'a function', many: 'functions' },
  sample: { heading: 'A sample answer', one: 'a sample answer', many: 'sample answers' },
};

/** What a part that occurs in several places means in one of them, by path. */
export const meanings: Readonly<Record<string, string>> = {
  'login.when':
    'Sends the last request only after such an answer. After another, that answer is the one to the login.',
  'login.request': 'The request that logs in, or the last of them.',
  'answer.accepted': 'An answer that is a success whatever its status.',
  'answer.success': 'What a success must have; another answer is an error.',
  'answer.token':
    'Where the access token is; with "value", in the value of that name that a step keeps.',
  'answer.asks.when': 'The answer.',
  'refresh.answer.token': 'Where the access token is.',
  'answer.refreshToken': 'Where the refresh token is.',
  'answer.explained.when': 'The answer.',
  'answer.keep.at': 'Where it is.',
  'answer.lifetime.at': 'Where the lifetime is, as a number.',
  'answer.lifetime.until.at': 'Where the moment is.',
  'answer.lifetime.until.as':
    'How it is written: in ISO 8601, as in the header Date, or as a number since 1970.',
  'answer.error.list': 'Where the errors are, if there is a list of them.',
  'answer.error.messages': "Where the server's words are. The ones that are there are shown.",
  'answer.error.code': "Where the server's own code is.",
  'answer.error.trace': 'Where the id is that support asks for.',
  'refresh.request': 'The request that renews.',
  'verify.request': 'The request that asks.',
  'verify.inconclusive': 'An answer that does not tell.',
  'verify.accepted': 'An answer that accepts the token.',
  'logout.steps': 'Requests before it, in turn, such as one for a CSRF token.',
  'logout.request': 'The request, or two that are sent in turn.',
  'logout.accepted': 'An answer that confirms the end.',
  'use.value': 'What stands in that header, such as Bearer {token}.',
  'use.basic': 'The token in Basic authentication.',
  'sandbox.claims': 'Claims of the access token, which then is a JWT.',
  'sandbox.refreshClaims': 'Claims of the refresh token.',
  'sandbox.refreshLifetime': 'How long a refresh token lives, in seconds.',
  'sandbox.success': 'The answer to a login.',
  'sandbox.refused': 'The answer to a login with wrong credentials.',
  'sandbox.malformed': 'The answer to a request that is none of the logins.',
  'sandbox.refreshed': 'The answer to a refresh.',
  'sandbox.refreshRefused': 'The answer to a refresh with a wrong token.',
  'sandbox.accepted': 'The answer to a check of a good token.',
  'sandbox.notAccepted': 'The answer to a check of another token.',
  'sandbox.ended': 'The answer to a logout.',
  'condition.at': 'The place.',
  'basic.user': 'The user name.',
  'basic.password': 'The password.',
  'request.basic': 'The header Authorization, with a user name and a password.',
  'request.text.body': 'The body.',
  'step.request': 'The request.',
  'step.when': 'Sends it only after such an answer to the request before.',
  'step.accepted': 'An answer that is a success whatever its status.',
  'step.asks':
    'An answer that means that a one-time code is missing: it is asked for, and the login goes on.',
  'step.keep.at': 'Where it is.',
  'sample.status': 'The HTTP status.',
  'sample.text': 'A body that is not JSON.',
};

/** Parts of declarations, in YAML, by path. */
export const examples: Readonly<Record<string, string>> = {
  environments: `environments:
  - name: production
    baseUrl: https://login.example.com/v2
    apiUrl: https://api.example.com/v2
  - name: test
    baseUrl: https://test.example.com/v2
`,
  fields: `fields:
  - { name: user, label: User, secret: false }
  - { name: password, label: Password, secret: true }
  - name: domain
    label: Domain
    secret: false
    optional: true
    description: if your company has several
login:
  - fields: [user, password]
    request:
      method: POST
      path: /login
      json: { user: "{user}", password: "{password}", domain: "{domain}" }
`,
  login: `fields:
  - { name: user, label: User, secret: false }
  - { name: password, label: Password, secret: true }
  - { name: api_key, label: API key, secret: true }
login:
  - fields: [user, password]
    request:
      method: POST
      path: /login
      json: { user: "{user}", password: "{password}" }
  - fields: [api_key]
    request:
      method: POST
      path: /login
      headers: { X-Api-Key: "{api_key}" }
`,
  answer: `answer:
  accepted: { status: [409] }
  limited:
    - { status: [403], body: [{ at: /code, in: [banned] }] }
  explained:
    - when: { status: [404] }
      message: this server has no login
      hint: use the API without a token
  refused:
    - body: [{ at: /success, in: [false] }]
  success: [{ at: /success, in: [true] }]
  token: /data/token
  refreshToken: /data/refresh
`,
  'answer.keep': `answer:
  keep:
    user_id: { at: /data/userId, secret: false }
    csrf: { at: { header: X-CSRF-Token }, optional: true }
use:
  headers: { X-User-Id: "{user_id}", X-CSRF-Token: "{csrf}" }
`,
  'answer.asks': `fields:
  - { name: user, label: User, secret: false }
  - { name: password, label: Password, secret: true }
  - { name: otp, label: One-time code, secret: true, optional: true, once: true }
login:
  - fields: [user, password]
    request:
      method: POST
      path: /login
      json: { user: "{user}", password: "{password}", code: "{otp}" }
answer:
  asks:
    field: otp
    when: { status: [401], body: [{ at: /error, in: [code_required] }] }
`,
  'answer.lifetime': `answer:
  lifetime: { at: /expires_in_ms, unit: ms, documented: 900 }
`,
  'answer.lifetime.until': `answer:
  lifetime:
    until: { at: /expires_at, as: iso, zone: utc }
`,
  'answer.error': `answer:
  error:
    list: /errors
    messages: [/message, /detail]
    code: /code
    trace: { header: X-Request-Id }
`,
  refresh: `answer:
  refreshToken: /refresh_token
refresh:
  request:
    method: POST
    path: /refresh
    json: { refreshToken: "{refresh_token}" }
  expired:
    - { status: [400], body: [{ at: /error, in: [invalid_grant] }] }
`,
  'refresh.answer': `answer:
  token: /data/access_token
  refreshToken: /data/refresh_token
refresh:
  request:
    method: POST
    path: /refresh
    json: { refreshToken: "{refresh_token}" }
  answer:
    token: /id_token
    refreshToken: /refresh_token
    lifetime: { at: /expires_in }
`,
  verify: `verify:
  request: { method: GET, path: /me }
  accepted: { status: [200, 204] }
`,
  logout: `logout:
  request: { method: DELETE, path: /session }
  gone: [401, 404]
  ends: token
`,
  use: `use:
  header: Authorization
  value: Bearer {token}
`,
  sandbox: `sandbox:
  credentials: { user: demo, password: sandbox-password }
  claims: { sub: "{user}", iat: "{iat}", exp: "{exp}" }
  success: { status: 201, body: { token: "{token}" } }
  refused: { status: 400, body: { message: Wrong user or password } }
`,
  place: `answer:
  token: { header: X-Auth-Token }
`,
  match: `answer:
  refused:
    - status: [400, 422]
      body: [{ at: /error/code, in: [E_LOGIN, E_USER] }]
    - body: [{ at: /token, absent: true }]
`,
  request: `login:
  - fields: [user, password]
    request:
      method: POST
      path: /users/{user}/token
      query: { service: reports }
      headers: { X-Request-Id: "{uuid}" }
      json: { password: "{password}", scopes: [read, write] }
`,
  'request.text': `login:
  - fields: [user, password]
    request:
      method: POST
      path: /login
      text:
        type: application/xml
        body: <login><user>{user}</user><password>{password}</password></login>
        escape: xml
`,
  basic: `login:
  - fields: [user, password]
    request:
      method: POST
      path: /token
      basic: { user: "{user}", password: "{password}" }
`,
  step: `fields:
  - { name: user, label: User, secret: false }
  - { name: password, label: Password, secret: true }
  - { name: otp, label: One-time code, secret: true, optional: true, once: true }
login:
  - fields: [user, password]
    steps:
      - request: { method: GET, path: /csrf }
        keep:
          csrf: { at: /csrf, stored: true }
      - request:
          method: POST
          path: /login
          headers: { X-CSRF-Token: "{csrf}" }
          json: { user: "{user}", password: "{password}" }
        keep:
          challenge: { at: /challenge, optional: true }
    when: { body: [{ at: /challenge }] }
    request:
      method: POST
      path: /second-factor
      headers: { X-CSRF-Token: "{csrf}" }
      json: { challenge: "{challenge}", code: "{otp}" }
use:
  headers: { X-CSRF-Token: "{csrf}" }
`,
  function: `fields:
  - { name: user, label: User, secret: false }
  - { name: password, label: Password, secret: true }
  - { name: seed, label: Seed of the one-time codes, secret: true }
  - { name: key_id, label: Key ID, secret: false }
  - { name: private_key, label: Private key, secret: true }
derive:
  day: { time: { as: date, plus: 86400 } }
  hash: { sha256: { of: "{user}{password}", upper: true } }
  code: { totp: { secret: "{seed}" } }
  assertion:
    jwt:
      alg: RS256
      key: "{private_key}"
      header: { kid: "{key_id}" }
      claims: { iss: "{user}", sub: "{user}", aud: "{base_url}/token", jti: "{uuid}" }
      lives: 300
login:
  - fields: [user, password, seed]
    request:
      method: POST
      path: /login
      json: { user: "{user}", hash: "{hash}", until: "{day}", code: "{code}" }
  - fields: [user, key_id, private_key]
    request:
      method: POST
      path: /token
      form: { assertion: "{assertion}" }
`,
};
