/**
 * The vocabulary of declarations, as a JSON Schema. Everything else that knows its words is made of it:
 * the TypeScript types in `declaration.ts`, the validator, the schema for editors, and the reference in
 * the documentation. No command loads this file.
 */
import Type, { type TSchema } from 'typebox';

const closed = { additionalProperties: false } as const;

/** One line that a terminal shows as it is: no control or format characters, and no line breaks. */
const line = (description: string) =>
  Type.String({
    title: 'one line of text',
    pattern: '^[^\\p{C}\\p{Zl}\\p{Zp}]+$',
    maxLength: 1000,
    description,
  });

const Template = Type.String({
  title: 'a template',
  maxLength: 16_384,
  description:
    'Text with placeholders: {field} for a credential, {uuid} for a fresh UUID, {now} for the time in ISO 8601 UTC, and the names of "keep" and "derive". {token} and {refresh_token} where there are such. A literal brace is doubled.',
});

/** Header names are RFC 9110 tokens. */
const headerName = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$";
/** A name in the space that fields, kept and derived values share. */
const valueName = '^[a-z][a-z0-9_]*$';

const templates = (pattern: string | undefined, description: string) =>
  pattern === undefined
    ? Type.Record(Type.String(), Template, { description })
    : Type.Record(Type.String({ pattern }), Template, { ...closed, description });

const Pointer = Type.String({
  title: 'a JSON pointer, such as /data/token',
  pattern: '^(/([^~/]|~[01])*)*$',
  description:
    'A JSON pointer (RFC 6901) into the answer, such as "/data/token"; "" is the whole of it.',
});

const HeaderPlace = Type.Object(
  {
    header: Type.String({
      title: 'the name of a header',
      pattern: headerName,
      description: 'The name of a header.',
    }),
  },
  closed,
);

const CookiePlace = Type.Object(
  {
    cookie: Type.String({
      title: 'the name of a cookie',
      pattern: '^[^\\s;,="]+$',
      description: 'The name of a cookie. It may hold a {field} that is not secret.',
    }),
  },
  closed,
);

const text = Type.Literal(true, { description: 'The whole body, less one line end.' });

const Place = Type.Union([Pointer, HeaderPlace, CookiePlace, Type.Object({ text }, closed)], {
  title: 'a place: a JSON pointer such as /token, or an object with header, cookie or text',
  description:
    'Where a value is in an answer: a JSON pointer, {"header": name}, {"cookie": name}, or {"text": true} for the whole body.',
});

/** A place, or a step's kept value. */
const TokenPlace = Type.Union(
  [
    Pointer,
    HeaderPlace,
    CookiePlace,
    Type.Object(
      {
        text,
        type: Type.Optional(
          Type.Literal('text/html', {
            description:
              'For a server that calls its token HTML, as some frameworks call any text: without this, a page is no token.',
          }),
        ),
      },
      closed,
    ),
    Type.Object(
      {
        value: Type.String({
          title: 'the name of a kept value',
          pattern: valueName,
          description: 'The name of a value that a step keeps.',
        }),
      },
      closed,
    ),
  ],
  {
    title:
      'a place: a JSON pointer such as /token, or an object with header, cookie, text or value',
    description: 'Where the token is: a place in the answer, or a value that a step keeps.',
  },
);

const Condition = Type.Object(
  {
    at: Place,
    in: Type.Optional(
      Type.Array(Type.Unknown(), {
        minItems: 1,
        description: 'The value is one of these. Without "in", any value but null will do.',
      }),
    ),
    absent: Type.Optional(Type.Literal(true, { description: 'There is no value, or it is null.' })),
  },
  { ...closed, description: 'Something that must hold at a place.' },
);

const Conditions = Type.Array(Condition, { minItems: 1, description: 'All must hold.' });

const Status = Type.Integer({ minimum: 200, maximum: 599 });

const Match = Type.Object(
  {
    status: Type.Optional(
      Type.Array(Status, {
        minItems: 1,
        description: 'The HTTP status is one of these. By default, any below 500 except 429.',
      }),
    ),
    body: Type.Optional(Conditions),
  },
  { ...closed, description: 'A kind of answer, recognised by its HTTP status and by conditions.' },
);

const Matches = (description: string) => Type.Array(Match, { minItems: 1, description });

const Basic = Type.Object(
  {
    user: Template,
    password: Template,
    encode: Type.Optional(
      Type.Literal('form', {
        description: 'Form-encodes both first, as RFC 6749, section 2.3.1, wants it.',
      }),
    ),
  },
  { ...closed, description: 'HTTP Basic authentication, in UTF-8.' },
);

const RequestTemplate = Type.Object(
  {
    method: Type.Enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'], {
      description: 'The HTTP method.',
    }),
    path: Type.String({
      title: 'a path that begins with / and has no ?, which "query" is for',
      pattern: '^/[^?#\\s\\p{C}]*$',
      maxLength: 4096,
      description:
        'A path without a query, appended to the base URL. Placeholders in it are percent-encoded.',
    }),
    query: Type.Optional(
      templates(undefined, 'The query, by name. Servers log it, so a secret is better elsewhere.'),
    ),
    headers: Type.Optional(
      templates(headerName, 'Headers, by name. A Content-Type replaces that of the body.'),
    ),
    cookies: Type.Optional(
      templates('^[^\\s;,="\\p{C}]+$', 'Cookies, by name. Their values are sent as they are.'),
    ),
    basic: Type.Optional(Basic),
    json: Type.Optional(
      Type.Unknown({
        description:
          'A JSON body. Placeholders in its strings are filled in before the body is encoded. "{x|number}" and "{x|boolean}" become a JSON number and true or false.',
      }),
    ),
    form: Type.Optional(
      templates(undefined, 'A body of the type application/x-www-form-urlencoded.'),
    ),
    text: Type.Optional(
      Type.Object(
        {
          type: Type.String({
            title: 'a media type, such as text/xml',
            pattern: '^[!-~]+/[ -~]+$',
            description: 'The Content-Type, such as text/xml.',
          }),
          body: Template,
          escape: Type.Enum(['xml', 'json', 'none'], {
            description:
              'How values in the body are escaped. With "none", only generated and derived values may stand in it.',
          }),
        },
        { ...closed, description: 'A body that is neither JSON nor a form.' },
      ),
    ),
  },
  {
    ...closed,
    description:
      'An HTTP request. What names an optional field without a value is left out. Without "json", "form" and "text" it has no body.',
  },
);

const Field = Type.Object(
  {
    name: Type.String({
      title: 'a name of lower-case letters, digits and _',
      pattern: valueName,
      maxLength: 64,
      description:
        'The flag (--api-key), the variable (<PROVIDER>_API_KEY) and the config key (api_key) are derived from it.',
    }),
    label: line('What a prompt asks for.'),
    secret: Type.Boolean({
      description: 'Whether it is kept out of files and output, and asked for without an echo.',
    }),
    description: Type.Optional(line('More about it, for help.')),
    optional: Type.Optional(
      Type.Boolean({
        description: 'Whether a login works without it. What names it is then left out.',
      }),
    ),
    default: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1000,
        description: 'The value if nothing else gives one. Not for a secret.',
      }),
    ),
    once: Type.Optional(
      Type.Boolean({
        description:
          'Whether it is a one-time code: asked for at each login that needs it, and never stored. It has a flag, and no variable.',
      }),
    ),
    carried: Type.Optional(
      Type.Boolean({
        description:
          'Whether a secret is sent with every call, in "use": then "exec" hands it to the command.',
      }),
    ),
  },
  { ...closed, description: 'A credential.' },
);

const Environment = Type.Object(
  {
    name: Type.String({
      title: 'a name of lower-case letters, digits and -',
      pattern: '^[a-z0-9][a-z0-9-]*$',
      maxLength: 64,
      description: 'For --environment.',
    }),
    baseUrl: Type.String({
      title: 'a URL that begins with https:// or http://',
      pattern: '^https?://[^?#\\s\\p{C}]+$',
      maxLength: 2048,
      description:
        'The part of the URL that all requests share. A whole label of the host may be a {field} that is not secret, if at least two labels follow it.',
    }),
    apiUrl: Type.Optional(
      Type.String({
        title: 'a URL that begins with https://',
        pattern: '^https://[^?#\\s\\p{C}{}]+$',
        maxLength: 2048,
        description: "Where the API itself is, if that is not the login's host.",
      }),
    ),
  },
  { ...closed, description: 'A server.' },
);

/** An object whose only member is the function's name. */
const only = <const N extends string, S extends TSchema>(name: N, schema: S) =>
  Type.Object({ [name]: schema } as Record<N, S>, closed);

const form = Type.Optional(Type.Enum(['hex', 'base64', 'base64url']));
const upper = Type.Optional(Type.Boolean({ description: 'Upper-case hexadecimal.' }));

const digest = <const N extends string>(name: N, warning = '') =>
  only(
    name,
    Type.Object(
      { of: Template, as: form, upper },
      { ...closed, description: `The ${name} hash of a text, in hexadecimal.${warning}` },
    ),
  );

const encoding = <const N extends string>(name: N, description: string) =>
  only(name, Type.Object({ of: Template }, { ...closed, description }));

const weak = ' Too weak for anything but servers that ask for it.';

const Derivation = Type.Union(
  [
    encoding('base64', 'The UTF-8 text in base64.'),
    encoding('base64url', 'The UTF-8 text in base64 for URLs, without padding.'),
    only(
      'hex',
      Type.Object(
        { of: Template, upper },
        { ...closed, description: 'The UTF-8 text in hexadecimal.' },
      ),
    ),
    digest('md5', weak),
    digest('sha1', weak),
    digest('sha256'),
    digest('sha512'),
    only(
      'hmac',
      Type.Object(
        {
          hash: Type.Enum(['md5', 'sha1', 'sha256', 'sha512']),
          key: Template,
          of: Template,
          as: form,
          upper,
        },
        { ...closed, description: 'The HMAC of a text, in hexadecimal.' },
      ),
    ),
    only(
      'time',
      Type.Object(
        {
          as: Type.Enum(['iso', 's', 'ms', 'date', 'http-date'], {
            description:
              'ISO 8601, seconds or milliseconds since 1970, the day in ISO 8601, or as in the header Date; all in UTC.',
          }),
          plus: Type.Optional(
            Type.Integer({
              minimum: -3_153_600_000,
              maximum: 3_153_600_000,
              description: 'Seconds to add.',
            }),
          ),
        },
        { ...closed, description: 'The time of the request.' },
      ),
    ),
    only(
      'totp',
      Type.Object(
        {
          secret: Template,
          digits: Type.Optional(
            Type.Integer({ minimum: 6, maximum: 8, description: 'By default, 6.' }),
          ),
          period: Type.Optional(
            Type.Integer({ minimum: 10, maximum: 300, description: 'In seconds; by default, 30.' }),
          ),
          hash: Type.Optional(
            Type.Enum(['sha1', 'sha256', 'sha512'], { description: 'By default, sha1.' }),
          ),
        },
        {
          ...closed,
          description:
            'A one-time code (RFC 6238) of a secret in base32. Each code is used for one login.',
        },
      ),
    ),
    only(
      'jwt',
      Type.Object(
        {
          alg: Type.Enum(['RS256', 'PS256', 'ES256', 'EdDSA', 'HS256']),
          key: Template,
          as: Type.Optional(
            Type.Enum(['pem', 'jwk', 'text', 'hex', 'base64'], {
              description:
                'How the key is written: a private key as "pem" (by default) or "jwk"; the secret of HS256 as "text" (by default), "hex", "base64" or "jwk".',
            }),
          ),
          header: Type.Optional(
            Type.Record(Type.String(), Type.Unknown(), {
              description: 'More of the header, such as {"kid": "{key_id}"}.',
            }),
          ),
          claims: Type.Record(Type.String(), Type.Unknown(), {
            description:
              'The claims, with placeholders as in a JSON body. {base_url} is the base URL. "iat" and "exp" are added.',
          }),
          lives: Type.Integer({
            minimum: 1,
            maximum: 31_536_000,
            description: 'Seconds from "iat" to "exp". Servers rarely take more than an hour.',
          }),
        },
        { ...closed, description: 'A signed JWT (RFC 7519).' },
      ),
    ),
  ],
  {
    title: 'a function',
    description:
      'A value that is worked out for a request: base64, base64url, hex, md5, sha1, sha256, sha512, hmac, time, totp or jwt.',
  },
);

const keptTitle = 'an object with "at", such as {"at": "/id"}';

const kept = {
  at: Place,
  secret: Type.Optional(Type.Boolean({ description: 'Whether it is secret: by default, it is.' })),
  optional: Type.Optional(Type.Boolean({ description: 'Whether an answer may lack it.' })),
};

const Keep = Type.Record(
  Type.String({ pattern: valueName }),
  Type.Object(kept, {
    ...closed,
    title: keptTitle,
    description: 'A value that is kept with the token.',
  }),
  {
    ...closed,
    description:
      'Values of the answer that are kept with the session, such as a user id that every call needs, by name. "-o env" and "exec" set <PROVIDER>_KEEP_<NAME>.',
  },
);

const StepKeep = Type.Record(
  Type.String({ pattern: valueName }),
  Type.Object(
    {
      ...kept,
      stored: Type.Optional(
        Type.Boolean({
          description: 'Whether it is kept with the session too, as a value of "answer.keep" is.',
        }),
      ),
    },
    { ...closed, title: keptTitle, description: 'A value for the requests that follow.' },
  ),
  {
    ...closed,
    description: 'Values of the answer for the requests that follow, by name.',
  },
);

const ErrorWords = Type.Object(
  {
    list: Type.Optional(Pointer),
    messages: Type.Array(Place, { minItems: 1 }),
    code: Type.Optional(Place),
    trace: Type.Optional(Place),
  },
  {
    ...closed,
    description:
      'Where a failed answer has its message. With "list", "messages" and "code" are read in each item of that array; if the items are texts, the message is at "". "trace" is the id that the vendor\'s support asks for.',
  },
);

const Asks = Type.Object(
  {
    field: Type.String({
      title: 'the name of a field',
      pattern: valueName,
      description: 'The field of the code, which is a "once" one.',
    }),
    when: Match,
  },
  {
    ...closed,
    description:
      'An answer that means that the credentials are right and a one-time code is missing. On a terminal it is asked for; elsewhere it is an error.',
  },
);

const limited = Type.Optional(
  Matches('Answers that mean a ban or a rate limit, whatever their status.'),
);
const refused = Type.Optional(
  Matches('Answers that refuse the credentials or the token. 401 and 403 do so in any case.'),
);

const Step = Type.Object(
  {
    request: RequestTemplate,
    when: Type.Optional(Match),
    accepted: Type.Optional(Match),
    limited,
    asks: Type.Optional(Asks),
    refused,
    error: Type.Optional(ErrorWords),
    keep: Type.Optional(StepKeep),
  },
  {
    ...closed,
    description:
      'A request before the last one. "limited", "refused" and "error" are those of "answer", unless it has its own.',
  },
);

const Steps = Type.Array(Step, {
  minItems: 1,
  maxItems: 4,
  description: 'The requests before it, in turn. One time-out counts for all.',
});

const Login = Type.Object(
  {
    fields: Type.Array(Type.String({ pattern: valueName }), {
      description: 'The fields that this login needs. Optional ones need not be listed.',
    }),
    steps: Type.Optional(Steps),
    when: Type.Optional(Match),
    request: Type.Optional(RequestTemplate),
    mint: Type.Optional(
      Type.String({
        title: 'the name of a derived value',
        pattern: valueName,
        description:
          'Instead of a request: the name of a derived "jwt" that is itself the token. Nothing is sent.',
      }),
    ),
  },
  {
    ...closed,
    description: 'A way to log in: a request, after others if need be, or a signed token.',
  },
);

const Lifetime = Type.Object(
  {
    at: Type.Optional(Place),
    unit: Type.Optional(
      Type.Enum(['s', 'ms', 'min', 'h', 'd', 'd:hh:mm'], {
        description: 'The unit of the number at "at"; seconds by default.',
      }),
    ),
    until: Type.Optional(
      Type.Object(
        {
          at: Place,
          as: Type.Enum(['iso', 'http-date', 'epoch']),
          unit: Type.Optional(
            Type.Enum(['s', 'ms', 'us'], { description: 'The unit of an "epoch".' }),
          ),
          zone: Type.Optional(
            Type.Literal('utc', { description: 'The zone of an "iso" time that names none.' }),
          ),
        },
        {
          ...closed,
          title: 'an object such as {"at": "/expires_at", "as": "iso"}',
          description: 'The moment when the token expires.',
        },
      ),
    ),
    claim: Type.Optional(
      Type.String({ description: "The token's claim that holds its lifetime in seconds." }),
    ),
    documented: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 315_360_000,
        description: "The lifetime of a token in seconds, from the vendor's documentation.",
      }),
    ),
    never: Type.Optional(Type.Literal(true, { description: 'The token does not expire.' })),
    idle: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 315_360_000,
        description: 'Seconds without use after which the token dies.',
      }),
    ),
  },
  {
    ...closed,
    title: 'an object such as {"at": "/expires_in"} or {"documented": 3600}',
    description: 'The lifetime of an access token. The "exp" of a JWT is read in any case.',
  },
);

const answer = {
  accepted: Type.Optional(Match),
  limited,
  explained: Type.Optional(
    Type.Array(
      Type.Object(
        {
          when: Match,
          message: line('What the answer means, as one clause.'),
          hint: Type.Optional(line('What to do about it.')),
        },
        closed,
      ),
      { description: 'Other answers with a known meaning, and the message that explains each.' },
    ),
  ),
  refused,
  success: Type.Optional(Conditions),
  refreshToken: Type.Optional(Place),
  keep: Type.Optional(Keep),
  lifetime: Type.Optional(Lifetime),
  error: Type.Optional(ErrorWords),
};

const Answer = Type.Object(
  {
    token: Type.Optional(TokenPlace),
    ...answer,
    asks: Type.Optional(Asks),
    refusalDelay: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 300,
        description:
          'Seconds that the server waits before it refuses: a shorter time-out would hide the refusal.',
      }),
    ),
    exclusive: Type.Optional(
      Type.Boolean({
        description:
          'Whether a new login ends the earlier token. Then "token" keeps to a good one, however little time it has left, and only "login" gets another.',
      }),
    ),
  },
  {
    ...closed,
    description:
      'How the answer to a login or a refresh is read. "accepted" makes other statuses than 2xx a success. Only a login by "mint" needs no "token".',
  },
);

const Refresh = Type.Object(
  {
    request: RequestTemplate,
    answer: Type.Optional(
      Type.Object(
        { token: Type.Optional(Place), ...answer },
        {
          ...closed,
          description: 'What the answer has elsewhere, or otherwise, than that to a login.',
        },
      ),
    ),
    expired: Type.Optional(
      Matches(
        'The refusals that end the refresh token. Without it, every refusal does, and so does the "invalid_grant" of OAuth with the status 400; with it, no other.',
      ),
    ),
    exclusive: Type.Optional(
      Type.Boolean({ description: 'Whether a refresh ends the earlier access token.' }),
    ),
  },
  {
    ...closed,
    description:
      'How a token is renewed. A request that names {token} and not {refresh_token} renews by the access token, while that is good. Nothing of "use" is added.',
  },
);

const bare = Type.Optional(
  Type.Literal(true, { description: 'Adds nothing of "use" to the request.' }),
);

const Verify = Type.Object(
  {
    request: RequestTemplate,
    inconclusive: Type.Optional(Match),
    accepted: Type.Optional(Match),
    refused: Type.Optional(Matches('The answers that refuse the token, instead of 401 and 403.')),
    bare,
  },
  {
    ...closed,
    description:
      'A request that asks whether the server takes a token. "use" is added to it, less what it has itself; a "bare" one goes to the base URL even if there is an "apiUrl". "inconclusive" is an answer that does not tell; by default, any 2xx is "accepted".',
  },
);

const Logout = Type.Object(
  {
    steps: Type.Optional(Steps),
    request: Type.Union(
      [RequestTemplate, Type.Array(RequestTemplate, { minItems: 1, maxItems: 2 })],
      {
        title: 'a request, or a list of two',
      },
    ),
    bare,
    accepted: Type.Optional(Match),
    gone: Type.Optional(
      Type.Array(Type.Union([Status, Match], { title: 'a status or a kind of answer' }), {
        title: 'a list, such as [401]',
        minItems: 1,
        description: 'Answers that mean that the token had ended before.',
      }),
    ),
    ends: Type.Optional(
      Type.Enum(['token', 'refresh', 'nothing'], {
        description:
          'What the server really ends: the access token (by default), only the refresh token, or nothing.',
      }),
    ),
  },
  {
    ...closed,
    description:
      'How the server is told that a session ends. "use" is added to the request. By default, any 2xx is "accepted".',
  },
);

const Use = Type.Object(
  {
    header: Type.Optional(
      Type.String({
        title: 'the name of a header',
        pattern: headerName,
        description: 'The header that carries the token.',
      }),
    ),
    value: Type.Optional(Template),
    alternates: Type.Optional(
      Type.Array(Template, { minItems: 1, description: 'Other forms of "value", for verify.' }),
    ),
    headers: Type.Optional(templates(headerName, 'More headers that every call needs.')),
    query: Type.Optional(templates(undefined, 'Parts of the query that every call needs.')),
    cookie: Type.Optional(
      templates('^[^\\s;,="\\p{C}]+$', 'Cookies that every call needs, by name.'),
    ),
    basic: Type.Optional(Basic),
  },
  {
    ...closed,
    description:
      'How a call carries the token: {token}, kept values, fields that are not secret or are "carried", and derived values. Empty if only bodies carry it.',
  },
);

const Sample = Type.Object(
  {
    status: Status,
    headers: Type.Optional(templates(headerName, 'Headers of the answer.')),
    cookies: Type.Optional(templates(undefined, 'Cookies that the answer sets.')),
    body: Type.Optional(Type.Unknown({ description: 'A JSON body.' })),
    text: Type.Optional(Template),
  },
  {
    ...closed,
    description:
      'An answer, with {token}, {refresh_token}, {uuid}, {now}, credentials, and {request:<Header>} for a header of the request.',
  },
);

const Claims = Type.Record(Type.String(), Type.Unknown());

const Sandbox = Type.Object(
  {
    credentials: Type.Record(Type.String(), Type.String(), {
      description: 'A value for every field. The values are public and valid only in the sandbox.',
    }),
    claims: Type.Optional(Claims),
    refreshClaims: Type.Optional(Claims),
    refreshLifetime: Type.Optional(Type.Integer({ minimum: 1 })),
    success: Sample,
    refused: Sample,
    malformed: Type.Optional(Sample),
    refreshed: Type.Optional(Sample),
    refreshRefused: Type.Optional(Sample),
    accepted: Type.Optional(Sample),
    notAccepted: Type.Optional(Sample),
    ended: Type.Optional(Sample),
  },
  {
    ...closed,
    description:
      'Demo credentials and sample answers, for the sandbox. Without it, they are made from the rest. Claims may use {iat}, {exp}, {lifetime}, {uuid} and the credentials.',
  },
);

/** The parts that occur several times, by their names in the JSON Schema. */
export const definitions = {
  template: Template,
  pointer: Pointer,
  place: Place,
  condition: Condition,
  match: Match,
  basic: Basic,
  request: RequestTemplate,
  step: Step,
  function: Derivation,
  sample: Sample,
};

/** JSON Schema draft 2020-12, closed at every level. */
export const declarationSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String({ description: 'For editors.' })),
    version: Type.Literal(1, { description: 'The version of the vocabulary.' }),
    name: Type.Optional(
      Type.String({
        title: 'a name of lower-case letters, digits and -',
        pattern: '^[a-z][a-z0-9-]*$',
        maxLength: 64,
        description: "The provider's name. By default, the name of its file.",
      }),
    ),
    title: line('The name of the API, for people.'),
    docs: Type.Optional(
      Type.String({
        title: 'a URL that begins with https://',
        pattern: '^https://[!-~]+$',
        description: "The vendor's documentation.",
      }),
    ),
    note: Type.Optional(line('What a user should know before the first login; shown in help.')),
    environments: Type.Optional(
      Type.Array(Environment, {
        minItems: 1,
        description:
          'The servers. The first is the default. Without any, every customer has a host of their own.',
      }),
    ),
    fields: Type.Array(Field, { minItems: 1, description: 'The credentials.' }),
    derive: Type.Optional(
      Type.Record(Type.String({ pattern: valueName }), Derivation, {
        ...closed,
        description:
          'Values that are worked out from others, by name, in order: each may use the ones before it.',
        maxProperties: 16,
      }),
    ),
    login: Type.Array(Login, {
      minItems: 1,
      description:
        'The ways to log in. If the credentials allow several, the first of them is used.',
    }),
    answer: Answer,
    refresh: Type.Optional(Refresh),
    verify: Type.Optional(Verify),
    logout: Type.Optional(Logout),
    use: Use,
    sandbox: Type.Optional(Sandbox),
  },
  {
    ...closed,
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://github.com/authctl/authctl/schemas/provider.schema.json',
    title: 'a declaration of a provider for authctl',
    description: 'An API that trades credentials for a token, for authctl.',
  },
);
