/**
 * The JSON Schema of a provider declaration. The TypeScript types in `declaration.ts` are derived
 * from it; no command loads this file.
 */
import Type from 'typebox';

const closed = { additionalProperties: false } as const;

const Pointer = Type.String({
  pattern: '^(/([^~/]|~[01])*)*$',
  description: 'A JSON pointer (RFC 6901) into the answer, such as "/data/token".',
});

/** Header names are RFC 9110 tokens. */
const HeaderName = Type.String({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" });

const Template = Type.String({
  description:
    'Text with placeholders: {field} for a credential, {uuid} for a fresh UUID, {now} for the time in ISO 8601 UTC; {refresh_token} in a refresh request, {token} in "use". A literal brace is doubled.',
});

const RequestTemplate = Type.Object(
  {
    method: Type.Union([Type.Literal('GET'), Type.Literal('POST'), Type.Literal('PUT')]),
    path: Type.String({
      pattern: '^/',
      description: 'Appended to the base URL. Placeholders in it are URL-encoded.',
    }),
    headers: Type.Optional(Type.Record(HeaderName, Template)),
    json: Type.Optional(
      Type.Unknown({
        description:
          'A JSON body. Placeholders in its strings are filled in before the body is encoded, so no value can break out of its string.',
      }),
    ),
    form: Type.Optional(
      Type.Record(Type.String(), Template, {
        description: 'A body of the type application/x-www-form-urlencoded.',
      }),
    ),
  },
  { ...closed, description: 'An HTTP request. Without "json" and "form" it has no body.' },
);

const Condition = Type.Object(
  {
    pointer: Pointer,
    in: Type.Optional(
      Type.Array(Type.Unknown(), {
        minItems: 1,
        description: 'The value at the pointer is one of these. Without "in", any value will do.',
      }),
    ),
  },
  closed,
);

const Conditions = Type.Array(Condition, { description: 'All must hold.' });

const Match = Type.Object(
  {
    status: Type.Optional(
      Type.Array(Type.Integer({ minimum: 200, maximum: 599 }), {
        minItems: 1,
        description: 'The HTTP status is one of these. By default, any below 500 except 429.',
      }),
    ),
    body: Type.Optional(Conditions),
  },
  { ...closed, description: 'A kind of answer, recognised by its HTTP status and its body.' },
);

const Field = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z][a-z0-9_]*$',
      description:
        'The flag (--api-key), the variable (<PROVIDER>_API_KEY) and the config key (api_key) are derived from it.',
    }),
    label: Type.String({ minLength: 1, description: 'What a prompt asks for.' }),
    secret: Type.Boolean(),
    description: Type.Optional(Type.String({ minLength: 1 })),
  },
  closed,
);

const Login = Type.Object(
  {
    fields: Type.Array(Type.String(), {
      minItems: 1,
      description: 'The fields that this login needs.',
    }),
    request: RequestTemplate,
  },
  closed,
);

const Answer = Type.Object(
  {
    success: Type.Optional(Conditions),
    token: Pointer,
    refreshToken: Type.Optional(Pointer),
    lifetime: Type.Optional(
      Type.Object(
        {
          documented: Type.Optional(
            Type.Integer({
              minimum: 1,
              description: "The lifetime of a token in seconds, from the vendor's documentation.",
            }),
          ),
          claim: Type.Optional(
            Type.String({
              description: "The token's claim that holds its lifetime in seconds.",
            }),
          ),
          pointer: Type.Optional(Pointer),
        },
        {
          ...closed,
          description:
            'The lifetime of an access token that has no "exp". "pointer" leads to a number of seconds (expires_in).',
        },
      ),
    ),
    refused: Type.Optional(
      Type.Array(Match, {
        description:
          'Answers that refuse the credentials or the token, besides 401 and 403, which always do.',
      }),
    ),
    refusalDelay: Type.Optional(
      Type.Integer({
        minimum: 1,
        description:
          'Seconds that the server waits before it refuses: a shorter time-out would hide the refusal.',
      }),
    ),
    explained: Type.Optional(
      Type.Array(
        Type.Object(
          {
            when: Match,
            message: Type.String({ minLength: 1 }),
            hint: Type.Optional(Type.String()),
          },
          closed,
        ),
        { description: 'Other answers with a known meaning, and the message that explains each.' },
      ),
    ),
    error: Type.Optional(
      Type.Object(
        {
          list: Type.Optional(Pointer),
          messages: Type.Array(Pointer, { minItems: 1 }),
          code: Type.Optional(Pointer),
          trace: Type.Optional(Pointer),
        },
        {
          ...closed,
          description:
            'Where a failed answer has its message. With "list", "messages" and "code" are read in each item of that array. "trace" is the id that the vendor\'s support asks for.',
        },
      ),
    ),
  },
  { ...closed, description: 'How the answer to a login or a refresh is read.' },
);

const Sample = Type.Object(
  {
    status: Type.Integer({ minimum: 200, maximum: 599 }),
    body: Type.Unknown({
      description:
        'The JSON body, with {token}, {refresh_token}, {uuid}, {now}, credentials, and {request:<Header>} for a header of the request.',
    }),
  },
  closed,
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
  },
  {
    ...closed,
    description:
      'Demo credentials and sample answers, for the sandbox. Claims may use {iat}, {exp}, {lifetime}, {uuid} and the credentials.',
  },
);

/** JSON Schema draft 2020-12, closed at every level. */
export const declarationSchema = Type.Object(
  {
    version: Type.Literal(1),
    name: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
    title: Type.String({ minLength: 1 }),
    docs: Type.Optional(Type.String({ pattern: '^https://' })),
    note: Type.Optional(
      Type.String({
        description: 'What a user should know before the first login; shown in help.',
      }),
    ),
    environments: Type.Optional(
      Type.Array(
        Type.Object(
          {
            name: Type.String({ pattern: '^[a-z0-9][a-z0-9-]*$' }),
            baseUrl: Type.String({ pattern: '^https?://' }),
          },
          closed,
        ),
        {
          minItems: 1,
          description:
            'The first is the default. Without any, every customer has a host of their own.',
        },
      ),
    ),
    fields: Type.Array(Field, { minItems: 1 }),
    login: Type.Array(Login, {
      minItems: 1,
      description:
        'The ways to log in. If the credentials allow several, the first of them is used.',
    }),
    answer: Answer,
    refresh: Type.Optional(RequestTemplate),
    verify: Type.Optional(
      Type.Object(
        {
          request: RequestTemplate,
          accepted: Type.Optional(Conditions),
          inconclusive: Type.Optional(Conditions),
        },
        {
          ...closed,
          description:
            'A request that checks whether the server accepts a token. The headers of "use" are added to it. "accepted" holds in answers that accept the token; where "inconclusive" holds, the answer does not tell.',
        },
      ),
    ),
    use: Type.Object(
      {
        header: HeaderName,
        value: Template,
        alternates: Type.Optional(Type.Array(Template, { minItems: 1 })),
      },
      { ...closed, description: 'How a request carries the token.' },
    ),
    sandbox: Type.Optional(Sandbox),
  },
  { ...closed, title: 'authctl provider declaration', $id: 'authctl-provider-1' },
);
