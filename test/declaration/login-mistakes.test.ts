/**
 * The mistakes that people make in logins of several requests, with one-time codes, or with signed tokens, and
 * the messages: each can be found by its message alone.
 */
import { describe, expect, test } from '@jest/globals';
import { readDeclaration } from '../../src/declaration/read.ts';
import { problemText } from '../../src/providers/declared.ts';

/** What a mistake is, the edits that make it, and the whole of what is said. */
type Mistake = readonly [
  mistake: string,
  edits: readonly (readonly [right: string, wrong: string])[],
  says: readonly string[],
];

const head = `version: 1
title: My API
environments:
  - { name: production, baseUrl: https://api.example.com }
`;

/** Two requests, and a third for some accounts. */
const steps = `${head}fields:
  - { name: user, label: User, secret: false }
  - { name: password, label: Password, secret: true }
  - { name: code, label: One-time code, secret: true, optional: true, once: true }
login:
  - fields: [user, password]
    steps:
      - request: { method: GET, path: /csrf }
        keep:
          csrf: { at: /csrf, stored: true }
      - request:
          method: POST
          path: /login
          headers: { X-Csrf: "{csrf}" }
          json: { user: "{user}", password: "{password}" }
        asks: { field: code, when: { body: [{ at: /mfa }] } }
        keep:
          mfa: { at: /mfa, optional: true }
    when: { body: [{ at: /mfa }] }
    request:
      method: POST
      path: /mfa/{mfa}
      json: { code: "{code}" }
answer:
  token: /token
refresh:
  request: { method: POST, path: /refresh, json: { token: "{token}" } }
logout:
  steps:
    - request: { method: GET, path: /logout }
      keep: { nonce: { at: /nonce } }
  request: { method: POST, path: /logout, json: { nonce: "{nonce}" } }
use:
  headers: { Authorization: "Bearer {token}", X-Csrf: "{csrf}" }
`;

const mistakesInSteps: readonly Mistake[] = [
  [
    'a misspelt value of a step',
    [['"{csrf}" }\n          json', '"{csr}" }\n          json']],
    ['line 18, /login/0/steps/1/request/headers/X-Csrf: there is no {csr}; did you mean csrf?'],
  ],
  [
    'a value before its step',
    [['path: /csrf }', 'path: "/csrf/{mfa}" }']],
    ['line 12, /login/0/steps/0/request/path: {mfa} is not kept by a step before this request'],
  ],
  [
    'a value in its own step',
    [['user: "{user}",', 'user: "{user}", mfa: "{mfa}",']],
    ['line 19, /login/0/steps/1/request/json/mfa: {mfa} is not kept by a step before this request'],
  ],
  [
    'a value that is not stored, in use',
    [['at: /csrf, stored: true', 'at: /csrf']],
    [
      'line 38, /use/headers/X-Csrf: {csrf} is only there for the requests after its step: if it is to be kept with the session, say "stored": true in "keep"',
    ],
  ],
  [
    'a value that is not stored, in a refresh',
    [['json: { token: "{token}" }', 'json: { token: "{token}", mfa: "{mfa}" }']],
    [
      'line 31, /refresh/request/json/mfa: {mfa} is only there for the requests after its step: if it is to be kept with the session, say "stored": true in "keep"',
    ],
  ],
  [
    'a value of a logout, in a refresh',
    [['json: { token: "{token}" }', 'json: { token: "{token}", nonce: "{nonce}" }']],
    ['line 31, /refresh/request/json/nonce: {nonce} is only there in the logout'],
  ],
  [
    'a kept value in a login',
    [
      ['answer:\n', 'answer:\n  keep: { id: { at: /id } }\n'],
      ['json: { code: "{code}" }', 'json: { code: "{code}", id: "{id}" }'],
    ],
    [
      'line 27, /login/0/request/json/id: {id} is kept of an answer, so it cannot be used in a login',
    ],
  ],
  [
    'two steps with one name',
    [
      [
        '          mfa: { at: /mfa, optional: true }',
        '          mfa: { at: /mfa, optional: true }\n          csrf: { at: /csrf }',
      ],
    ],
    [
      'line 23, /login/0/steps/1/keep/csrf: an earlier step keeps csrf: give this value another name',
    ],
  ],
  [
    'a value with the name of a field',
    [
      [
        'csrf: { at: /csrf, stored: true }',
        'csrf: { at: /csrf, stored: true }\n          user: { at: /user, stored: true }',
      ],
    ],
    ["line 5, /fields: the field user and the step's value user both have the name user"],
  ],
  [
    'a value with the name of a kept one',
    [['answer:\n', 'answer:\n  keep: { csrf: { at: /csrf } }\n']],
    [
      "line 14, /login/0/steps/0/keep/csrf: the step's value csrf and the kept value csrf both have the name csrf",
    ],
  ],
  [
    'a value with the name of a derived one',
    [['answer:\n', 'derive:\n  csrf: { md5: { of: "{user}" } }\nanswer:\n']],
    [
      "line 29, /derive/csrf: the derived value csrf and the step's value csrf both have the name csrf",
    ],
  ],
  [
    'a value with a reserved name',
    [
      [
        'csrf: { at: /csrf, stored: true }',
        'csrf: { at: /csrf, stored: true }\n          token: { at: /token, stored: true }',
      ],
    ],
    ['line 15, /login/0/steps/0/keep/token: token is a reserved name'],
  ],
  [
    'a value that is not used',
    [
      [
        'csrf: { at: /csrf, stored: true }',
        'csrf: { at: /csrf, stored: true }\n          id: { at: /id }',
      ],
    ],
    ['line 15, /login/0/steps/0/keep/id: the value id is not used'],
  ],
  [
    'a value of a logout that is not used',
    [['json: { nonce: "{nonce}" }', 'json: {}']],
    ['line 35, /logout/steps/0/keep/nonce: the value nonce is not used'],
  ],
  [
    'a value in upper case',
    [['csrf: { at: /csrf, stored: true }', 'Csrf: { at: /csrf, stored: true }']],
    ['line 14, /login/0/steps/0/keep/Csrf: "Csrf" cannot be a name here'],
  ],
  [
    'when on the first step',
    [
      [
        '      - request: { method: GET, path: /csrf }',
        '      - when: { status: [401] }\n        request: { method: GET, path: /csrf }',
      ],
    ],
    ['line 12, /login/0/steps/0/when: no answer comes before the first request'],
  ],
  [
    'when on the first step of a logout',
    [
      [
        '    - request: { method: GET, path: /logout }',
        '    - when: { status: [401] }\n      request: { method: GET, path: /logout }',
      ],
    ],
    ['line 34, /logout/steps/0/when: no answer comes before the first request'],
  ],
  [
    'an optional value in a path',
    [['    when: { body: [{ at: /mfa }] }\n', '']],
    ['line 25, /login/0/request/path: the path cannot do without the optional {mfa}'],
  ],
  [
    'an optional value in a path, if another place is required',
    [['    when: { body: [{ at: /mfa }] }\n', '    when: { body: [{ at: /id }] }\n']],
    ['line 26, /login/0/request/path: the path cannot do without the optional {mfa}'],
  ],
  [
    'a request and a mint',
    [
      [
        '    request:\n      method: POST\n      path: /mfa',
        '    mint: signed\n    request:\n      method: POST\n      path: /mfa',
      ],
    ],
    ['line 24, /login/0/mint: a login has either "request" or "mint"'],
  ],
  [
    'no token',
    [['answer:\n  token: /token\n', 'answer: {}\n']],
    ['line 28, /answer: "token" is missing: where the answer has it'],
  ],
  [
    'a token of no step',
    [['token: /token\n', 'token: { value: mfas }\n']],
    [
      'line 29, /answer/token/value: no step of /login/0 keeps mfas; did you mean mfa?',
      'line 30, /refresh: the token of a login comes from a step: say where that of a refresh is, with "token" in the "answer" of "refresh"',
    ],
  ],
  [
    'a token of a step that only one login has',
    [
      [
        'answer:\n  token: /token\nrefresh:\n',
        '  - fields: [user]\n    request: { method: POST, path: /user, json: { user: "{user}" } }\nanswer:\n  token: { value: csrf }\nrefresh:\n  answer: { token: /token }\n',
      ],
    ],
    ['line 31, /answer/token/value: no step of /login/1 keeps csrf'],
  ],
  [
    'a token that is not secret',
    [
      ['token: /token\n', 'token: { value: csrf }\n'],
      ['at: /csrf, stored: true', 'at: /csrf, stored: true, secret: false'],
    ],
    [
      'line 14, /login/0/steps/0/keep/csrf/secret: the token is a secret',
      'line 30, /refresh: the token of a login comes from a step: say where that of a refresh is, with "token" in the "answer" of "refresh"',
    ],
  ],
  [
    'a refresh without a token of its own',
    [['token: /token\n', 'token: { value: csrf }\n']],
    [
      'line 30, /refresh: the token of a login comes from a step: say where that of a refresh is, with "token" in the "answer" of "refresh"',
    ],
  ],
  [
    'a token that a refresh takes from a step',
    [['refresh:\n', 'refresh:\n  answer: { token: { value: csrf } }\n']],
    ['line 31, /refresh/answer/token/value: unknown word "value": expected header, cookie, text'],
  ],
  [
    'a refresh that keeps more',
    [['refresh:\n', 'refresh:\n  answer: { keep: { crsf: { at: /csrf } } }\n']],
    [
      'line 31, /refresh/answer/keep/crsf: a login keeps no crsf, so a refresh cannot renew it; did you mean csrf?',
    ],
  ],
  [
    'asks for a field that is not there',
    [['field: code,', 'field: cod,']],
    [
      'line 20, /login/0/steps/1/asks/field: expected the name of a field with "once": true; did you mean code?',
    ],
  ],
  [
    'asks for a field that is not once',
    [['field: code,', 'field: password,']],
    ['line 20, /login/0/steps/1/asks/field: expected the name of a field with "once": true'],
  ],
  [
    'asks for a field that is required',
    [['secret: true, optional: true, once: true', 'secret: true, once: true']],
    [
      'line 10, /login/0/fields: the login uses {code}, which is not among its fields',
      'line 20, /login/0/steps/1/asks/field: the field code has to be "optional"',
    ],
  ],
  [
    'asks for a field that no later request sends',
    [['      json: { code: "{code}" }\n', '      json: { a: b }\n']],
    [
      'line 8, /fields/2: the field code is not used',
      'line 20, /login/0/steps/1/asks/field: neither this request nor a later one sends {code}',
    ],
  ],
  [
    'asks after every answer',
    [['when: { body: [{ at: /mfa }] } }', 'when: {} }']],
    [
      'line 20, /login/0/steps/1/asks/when: every answer is of this kind: say its "status" or "body"',
    ],
  ],
  [
    'asks in a logout',
    [
      [
        '    - request: { method: GET, path: /logout }',
        '    - asks: { field: code, when: { status: [401] } }\n      request: { method: GET, path: /logout }',
      ],
    ],
    ['line 34, /logout/steps/0/asks: a logout asks for no code'],
  ],
  [
    'a logout that stores a value',
    [['nonce: { at: /nonce }', 'nonce: { at: /nonce, stored: true }']],
    [
      'line 35, /logout/steps/0/keep/nonce/stored: a logout ends the session: nothing is stored for it',
    ],
  ],
  [
    'a code that is not secret',
    [['One-time code, secret: true', 'One-time code, secret: false']],
    ['line 8, /fields/2/secret: a one-time code is a secret: expected true'],
  ],
  [
    'a code with a default',
    [['optional: true, once: true', 'optional: true, once: true, default: "1"']],
    [
      'line 8, /fields/2/default: a secret has no default',
      'line 8, /fields/2/optional: a field with a default is never missing',
    ],
  ],
  [
    'a code that is carried',
    [['optional: true, once: true', 'optional: true, once: true, carried: true']],
    ['line 8, /fields/2/carried: a one-time code is not sent with every call'],
  ],
  [
    'a code in use',
    [['Bearer {token}', 'Bearer {token} {code}']],
    [
      'line 38, /use/headers/Authorization: the one-time code {code} can only be used in a request of a login',
    ],
  ],
  [
    'a code in a refresh',
    [['json: { token: "{token}" }', 'json: { token: "{token}", code: "{code}" }']],
    [
      'line 31, /refresh/request/json/code: the one-time code {code} can only be used in a request of a login',
    ],
  ],
  [
    'a code in a logout',
    [['json: { nonce: "{nonce}" }', 'json: { nonce: "{nonce}", code: "{code}" }']],
    [
      'line 36, /logout/request/json/code: the one-time code {code} can only be used in a request of a login',
    ],
  ],
  [
    'a code in a verify',
    [
      [
        'use:\n',
        'verify:\n  request: { method: GET, path: /me, query: { code: "{code}" } }\nuse:\n',
      ],
    ],
    [
      'line 38, /verify/request/query/code: the one-time code {code} can only be used in a request of a login',
    ],
  ],
  [
    'a code in a refresh, hashed',
    [
      ['json: { token: "{token}" }', 'json: { token: "{token}", code: "{hash}" }'],
      ['answer:\n', 'derive:\n  hash: { md5: { of: "{code}" } }\nanswer:\n'],
    ],
    [
      'line 33, /refresh/request/json/code: {hash} derives from {code}: the one-time code {code} can only be used in a request of a login',
    ],
  ],
  [
    'a value that is not stored in use, hashed',
    [
      ['"Bearer {token}"', '"Bearer {token} {hash}"'],
      ['answer:\n', 'derive:\n  hash: { md5: { of: "{mfa}" } }\nanswer:\n'],
    ],
    [
      'line 40, /use/headers/Authorization: {hash} derives from {mfa}: {mfa} is only there for the requests after its step: if it is to be kept with the session, say "stored": true in "keep"',
    ],
  ],
  [
    'more than four steps',
    [
      [
        '      - request: { method: GET, path: /csrf }',
        '      - request: { method: GET, path: /a }\n      - request: { method: GET, path: /b }\n      - request: { method: GET, path: /c }\n      - request: { method: GET, path: /csrf }',
      ],
    ],
    ['line 11, /login/0/steps: expected at most 4 items'],
  ],
  [
    'no steps in the list',
    [
      [
        '  steps:\n    - request: { method: GET, path: /logout }\n      keep: { nonce: { at: /nonce } }\n',
        '  steps: []\n',
      ],
    ],
    ['line 33, /logout/steps: it is empty'],
  ],
  [
    'an unknown word in a step',
    [['        keep:\n          csrf', '        kep:\n          csrf']],
    ['line 13, /login/0/steps/0/kep: unknown word "kep"; did you mean keep?'],
  ],
  [
    'a step without a request',
    [['      - request: { method: GET, path: /csrf }\n        keep', '      - keep']],
    ['line 12, /login/0/steps/0: "request" is missing'],
  ],
  [
    'token in a step',
    [['        asks: { field', '        token: /token\n        asks: { field']],
    [
      'line 20, /login/0/steps/1/token: unknown word "token": expected request, when, accepted, limited, asks, refused, error, keep',
    ],
  ],
  [
    'keep that is a pointer',
    [['csrf: { at: /csrf, stored: true }', 'csrf: /csrf']],
    ['line 14, /login/0/steps/0/keep/csrf: expected an object with "at", such as {"at": "/id"}'],
  ],
  [
    'once that is a text',
    [['once: true', 'once: "yes"']],
    ['line 8, /fields/2/once: expected true or false'],
  ],
  [
    'a place of a step without slash',
    [['at: /csrf, stored', 'at: csrf, stored']],
    [
      'line 14, /login/0/steps/0/keep/csrf/at: expected a place: a JSON pointer such as /token, or an object with header, cookie or text',
    ],
  ],
  [
    'ask instead of asks',
    [['        asks:', '        ask:']],
    ['line 20, /login/0/steps/1/ask: unknown word "ask"; did you mean asks?'],
  ],
];

/** A signed assertion, and a one-time code that is made here. */
const signed = `${head}fields:
  - { name: client_id, label: Client ID, secret: false }
  - { name: private_key, label: Private key, secret: true }
  - { name: seed, label: Seed, secret: true, optional: true }
derive:
  issued: { time: { as: s } }
  code: { totp: { secret: "{seed}" } }
  assertion:
    jwt:
      alg: RS256
      key: "{private_key}"
      header: { kid: "{client_id}" }
      claims: { iss: "{client_id}", aud: "{base_url}", nbf: "{issued|number}" }
      lives: 300
login:
  - fields: [client_id, private_key]
    request:
      method: POST
      path: /token
      form: { assertion: "{assertion}", code: "{code}" }
answer:
  token: /token
use:
  header: Authorization
  value: Bearer {token}
`;

const mistakesInSigned: readonly Mistake[] = [
  [
    'a JWT with an unknown algorithm',
    [['alg: RS256', 'alg: RS521']],
    ['line 14, /derive/assertion/jwt/alg: expected one of RS256, PS256, ES256, EdDSA, HS256'],
  ],
  [
    'a JWT without an algorithm',
    [['      alg: RS256\n', '']],
    ['line 13, /derive/assertion/jwt: "alg" is missing'],
  ],
  [
    'a JWT with the algorithm none',
    [['alg: RS256', 'alg: none']],
    ['line 14, /derive/assertion/jwt/alg: expected one of RS256, PS256, ES256, EdDSA, HS256'],
  ],
  [
    'a private key in hexadecimal',
    [['      header:', '      as: hex\n      header:']],
    ['line 16, /derive/assertion/jwt/as: for the key of RS256, expected one of pem, jwk'],
  ],
  [
    'a secret in PEM',
    [['alg: RS256', 'alg: HS256\n      as: pem']],
    [
      'line 15, /derive/assertion/jwt/as: for the key of HS256, expected one of text, hex, base64, jwk',
    ],
  ],
  [
    'a private key in DER',
    [['      header:', '      as: der\n      header:']],
    ['line 16, /derive/assertion/jwt/as: expected one of pem, jwk, text, hex, base64'],
  ],
  [
    'alg in the header',
    [['header: { kid', 'header: { alg: RS256, kid']],
    ['line 16, /derive/assertion/jwt/header/alg: "alg" is worked out: leave it out'],
  ],
  [
    'exp in the claims',
    [['claims: { iss', 'claims: { exp: 5, iss']],
    ['line 17, /derive/assertion/jwt/claims/exp: "exp" is worked out: use "lives"'],
  ],
  [
    'a key that is not secret',
    [['key: "{private_key}"', 'key: "{client_id}"']],
    [
      'line 7, /fields/1: the field private_key is not used',
      'line 15, /derive/assertion/jwt/key: the key has to be a secret: say "secret": true in its field',
    ],
  ],
  [
    'a secret of HS256 that is not secret',
    [['alg: RS256\n      key: "{private_key}"', 'alg: HS256\n      key: "{client_id}"']],
    [
      'line 7, /fields/1: the field private_key is not used',
      'line 15, /derive/assertion/jwt/key: the key has to name a secret, such as a {field}',
    ],
  ],
  [
    'a secret of HS256 in the file',
    [['alg: RS256\n      key: "{private_key}"', 'alg: HS256\n      key: abc']],
    [
      'line 7, /fields/1: the field private_key is not used',
      'line 15, /derive/assertion/jwt/key: the key has to name a secret, such as a {field}',
    ],
  ],
  [
    'a key in the file',
    [['key: "{private_key}"', 'key: "-----BEGIN PRIVATE KEY-----"']],
    [
      'line 7, /fields/1: the field private_key is not used',
      'line 15, /derive/assertion/jwt/key: the key has to be a {field}, and nothing else',
    ],
  ],
  [
    'a key with more around it',
    [['key: "{private_key}"', 'key: "{private_key}{client_id}"']],
    ['line 15, /derive/assertion/jwt/key: the key has to be a {field}, and nothing else'],
  ],
  [
    'a key that is optional',
    [['label: Private key, secret: true', 'label: Private key, secret: true, optional: true']],
    [
      'line 15, /derive/assertion/jwt/key: nothing can be signed without the key: {private_key} cannot be "optional"',
    ],
  ],
  [
    'a private key that is sent',
    [['code: "{code}" }', 'code: "{code}", key: "{private_key}" }']],
    [
      'line 24, /login/0/request/form/key: {private_key} is a private key, which can only be the "key" of a "jwt"',
    ],
  ],
  [
    'a private key that is hashed',
    [
      ['lives: 300\n', 'lives: 300\n  hash: { md5: { of: "{private_key}" } }\n'],
      ['code: "{code}" }', 'code: "{hash}" }'],
    ],
    [
      'line 11, /derive/code: the value code is not used',
      'line 19, /derive/hash/md5/of: {private_key} is a private key, which can only be the "key" of a "jwt"',
    ],
  ],
  [
    'base_url in a form',
    [['code: "{code}" }', 'code: "{code}", a: "{base_url}" }']],
    ['line 24, /login/0/request/form/a: {base_url} can only be used in the claims of a JWT'],
  ],
  [
    'base_url in a header of a JWT',
    [['kid: "{client_id}"', 'kid: "{base_url}"']],
    [
      'line 16, /derive/assertion/jwt/header/kid: {base_url} can only be used in the claims of a JWT',
    ],
  ],
  [
    'a time as a number in a form',
    [['code: "{code}" }', 'code: "{code}", a: "{issued|number}" }']],
    [
      'line 24, /login/0/request/form/a: {issued|number} can only be in a JSON body, or in the claims of a JWT',
    ],
  ],
  [
    'a code as a number',
    [['nbf: "{issued|number}"', 'nbf: "{code|number}"']],
    [
      'line 10, /derive/issued: the value issued is not used',
      'line 17, /derive/assertion/jwt/claims/nbf: {code|number}: {code} is not always a number',
    ],
  ],
  [
    'now as a number',
    [['nbf: "{issued|number}"', 'nbf: "{now|number}"']],
    [
      'line 10, /derive/issued: the value issued is not used',
      'line 17, /derive/assertion/jwt/claims/nbf: {now|number}: {now} is not always a number',
    ],
  ],
  [
    'a misspelt field in claims',
    [['iss: "{client_id}"', 'iss: "{client}"']],
    ['line 17, /derive/assertion/jwt/claims/iss: there is no {client}; did you mean client_id?'],
  ],
  [
    'a claim without quotes',
    [['iss: "{client_id}"', 'iss: {client_id}']],
    ['line 17, /derive/assertion/jwt/claims/iss: text that begins with { needs quotes'],
  ],
  [
    'lives of 0',
    [['lives: 300', 'lives: 0']],
    ['line 18, /derive/assertion/jwt/lives: expected a number from 1 to 31536000'],
  ],
  [
    'lives missing',
    [['      lives: 300\n', '']],
    ['line 13, /derive/assertion/jwt: "lives" is missing'],
  ],
  [
    'lives in words',
    [['lives: 300', 'lives: 1h']],
    ['line 18, /derive/assertion/jwt/lives: expected a whole number'],
  ],
  [
    'payload instead of claims',
    [['      claims:', '      payload:']],
    [
      'line 13, /derive/assertion/jwt: "claims" is missing',
      'line 17, /derive/assertion/jwt/payload: unknown word "payload"; did you mean claims?',
    ],
  ],
  [
    'expires_in instead of lives',
    [['      lives:', '      expires_in:']],
    [
      'line 13, /derive/assertion/jwt: "lives" is missing',
      'line 18, /derive/assertion/jwt/expires_in: unknown word "expires_in"; did you mean lives?',
    ],
  ],
  [
    'a later value in a claim',
    [
      ['issued: { time: { as: s } }\n', '\n'],
      ['lives: 300\n', 'lives: 300\n  issued: { time: { as: s } }\n'],
    ],
    [
      'line 17, /derive/assertion/jwt/claims/nbf: {issued} is derived further down: a value can use only those above it',
    ],
  ],
  [
    'the token in a claim',
    [['iss: "{client_id}"', 'iss: "{token}"']],
    [
      'line 24, /login/0/request/form/assertion: {assertion} derives from {token}: {token} cannot be used in a login: there is none there',
    ],
  ],
  [
    'totp in use',
    [['value: Bearer {token}', 'value: Bearer {token} {code}']],
    ['line 29, /use/value: the one-time code {code} can only be used in a request of a login'],
  ],
  [
    'totp in a refresh',
    [
      [
        'use:\n',
        'refresh:\n  request: { method: POST, path: /r, json: { t: "{token}", code: "{code}" } }\nuse:\n',
      ],
    ],
    [
      'line 28, /refresh/request/json/code: the one-time code {code} can only be used in a request of a login',
    ],
  ],
  [
    'a seed that is not secret',
    [['label: Seed, secret: true', 'label: Seed, secret: false']],
    [
      'line 11, /derive/code/totp/secret: the seed has to be a secret: say "secret": true in its field',
    ],
  ],
  [
    'a seed in the file',
    [['secret: "{seed}"', 'secret: ABCDEFGH']],
    [
      'line 8, /fields/2: the field seed is not used',
      'line 11, /derive/code/totp/secret: the seed has to be a {field}, and nothing else',
    ],
  ],
  [
    'a seed that is a one-time code',
    [
      [
        'label: Seed, secret: true, optional: true',
        'label: Seed, secret: true, optional: true, once: true',
      ],
    ],
    ['line 11, /derive/code/totp/secret: the seed is used again, and cannot be "once"'],
  ],
  [
    'a seed with more around it',
    [['secret: "{seed}"', 'secret: "{seed}="']],
    ['line 11, /derive/code/totp/secret: the seed has to be a {field}, and nothing else'],
  ],
  [
    'totp of four digits',
    [['secret: "{seed}"', 'secret: "{seed}", digits: 4']],
    ['line 11, /derive/code/totp/digits: expected a number from 6 to 8'],
  ],
  [
    'totp with md5',
    [['secret: "{seed}"', 'secret: "{seed}", hash: md5']],
    ['line 11, /derive/code/totp/hash: expected one of sha1, sha256, sha512'],
  ],
  [
    'seed instead of secret',
    [['totp: { secret', 'totp: { seed']],
    [
      'line 11, /derive/code/totp: "secret" is missing',
      'line 11, /derive/code/totp/seed: unknown word "seed"; did you mean secret?',
    ],
  ],
  [
    'a code that is made in a JWT in use',
    [
      ['value: Bearer {token}', 'value: Bearer {assertion}'],
      ['iss: "{client_id}"', 'iss: "{code}"'],
    ],
    [
      'line 27, /use: nothing in "use" has {token}',
      'line 29, /use/value: {assertion} derives from {code}: the one-time code {code} can only be used in a request of a login',
    ],
  ],
  [
    'a misspelt once',
    [
      [
        'label: Seed, secret: true, optional: true',
        'label: Seed, secret: true, optional: true, onse: true',
      ],
    ],
    ['line 8, /fields/2/onse: unknown word "onse"; did you mean once?'],
  ],
  [
    'when without steps',
    [
      [
        '    request:\n      method: POST\n      path: /token',
        '    when: { status: [401] }\n    request:\n      method: POST\n      path: /token',
      ],
    ],
    ['line 21, /login/0/when: no answer comes before the first request'],
  ],
  [
    'asks without a field',
    [['answer:\n', 'answer:\n  asks: { when: { status: [401] } }\n']],
    ['line 26, /answer/asks: "field" is missing'],
  ],
  [
    'a token with a misspelt value',
    [['token: /token', 'token: { vaule: a }']],
    ['line 26, /answer/token/vaule: unknown word "vaule"; did you mean value?'],
  ],
  [
    'a token of a step without steps',
    [['token: /token', 'token: { value: a }']],
    ['line 26, /answer/token/value: no step of /login/0 keeps a'],
  ],
];

/** A token that is signed here. */
const minted = `${head}fields:
  - { name: client_id, label: Client ID, secret: false }
  - { name: private_key, label: Private key, secret: true }
derive:
  signed: { jwt: { alg: ES256, key: "{private_key}", claims: { iss: "{client_id}" }, lives: 300 } }
login:
  - fields: [client_id, private_key]
    mint: signed
answer: {}
use:
  header: Authorization
  value: Bearer {token}
`;

const mistakesInMinted: readonly Mistake[] = [
  [
    'mint of a misspelt name',
    [['mint: signed', 'mint: sined']],
    [
      'line 9, /derive/signed: the value signed is not used',
      'line 12, /login/0/mint: expected the name of a derived "jwt"; did you mean signed?',
    ],
  ],
  [
    'mint of what is no JWT',
    [
      ['mint: signed', 'mint: hash'],
      ['derive:\n', 'derive:\n  hash: { md5: { of: "{client_id}" } }\n'],
    ],
    [
      'line 10, /derive/signed: the value signed is not used',
      'line 13, /login/0/mint: expected the name of a derived "jwt"',
    ],
  ],
  [
    'mint of a field',
    [['mint: signed', 'mint: private_key']],
    [
      'line 9, /derive/signed: the value signed is not used',
      'line 12, /login/0/mint: expected the name of a derived "jwt"',
    ],
  ],
  [
    'neither a request nor a mint',
    [['    mint: signed\n', '']],
    [
      'line 9, /derive/signed: the value signed is not used',
      'line 11, /login/0: "request" is missing',
    ],
  ],
  [
    'mint with steps',
    [
      [
        '    mint: signed\n',
        '    steps:\n      - request: { method: GET, path: /a }\n    mint: signed\n',
      ],
    ],
    ['line 12, /login/0/steps: a token that is minted is signed here: no request is sent'],
  ],
  [
    'mint with when',
    [['    mint: signed\n', '    when: { status: [401] }\n    mint: signed\n']],
    ['line 12, /login/0/when: a token that is minted is signed here: no request is sent'],
  ],
  [
    'mint with an answer',
    [['answer: {}', 'answer: { token: /token, keep: { a: { at: /a } } }']],
    [
      'line 13, /answer/token: a login by "mint" sends no request, so there is no answer',
      'line 13, /answer/keep: a login by "mint" sends no request, so there is no answer',
    ],
  ],
  [
    'mint with a refresh',
    [
      [
        'use:',
        'refresh:\n  request: { method: POST, path: /refresh, json: { token: "{token}" } }\nuse:',
      ],
    ],
    ['line 14, /refresh: a token that is minted is not renewed: a new one is signed'],
  ],
  [
    'the token in what is minted',
    [['iss: "{client_id}"', 'iss: "{token}", sub: "{client_id}"']],
    [
      'line 12, /login/0/mint: {signed} derives from {token}: {token} cannot be used in a login: there is none there',
    ],
  ],
  [
    'a code in what is minted',
    [
      ['iss: "{client_id}"', 'iss: "{client_id}", code: "{code}"'],
      [
        '  - { name: private_key',
        '  - { name: code, label: C, secret: true, once: true, optional: true }\n  - { name: private_key',
      ],
    ],
    [
      'line 13, /login/0/mint: {signed} derives from {code}: the one-time code {code} can only be used in a request of a login',
    ],
  ],
  [
    'a made code in what is minted',
    [
      ['iss: "{client_id}"', 'iss: "{client_id}", code: "{code}"'],
      [
        '  - { name: private_key',
        '  - { name: seed, label: C, secret: true }\n  - { name: private_key',
      ],
      ['derive:\n', 'derive:\n  code: { totp: { secret: "{seed}" } }\n'],
      ['[client_id, private_key]', '[client_id, private_key, seed]'],
    ],
    [
      'line 14, /login/0/mint: {signed} derives from {code}: the one-time code {code} can only be used in a request of a login',
    ],
  ],
  [
    'a field that is not among those of the login',
    [['[client_id, private_key]', '[client_id]']],
    ['line 11, /login/0/fields: the login uses {private_key}, which is not among its fields'],
  ],
  [
    'mint in quotes',
    [['mint: signed', 'mint: "{signed}"']],
    ['line 12, /login/0/mint: expected the name of a derived value'],
  ],
];

const problemsOf = async (text: string) => {
  const options = { format: 'yaml', fallbackName: 'my-api', builtIn: [] } as const;
  return (await readDeclaration(Buffer.from(text), options)).problems?.map(problemText) ?? [];
};

describe.each([
  { login: 'of several requests', right: steps, mistakes: mistakesInSteps },
  { login: 'with what is signed', right: signed, mistakes: mistakesInSigned },
  { login: 'by a minted token', right: minted, mistakes: mistakesInMinted },
])('a login $login', ({ right, mistakes }) => {
  test('is accepted without mistakes', async () => {
    expect(await problemsOf(right)).toEqual([]);
  });

  test.each(mistakes)('%s', async (_, edits, says) => {
    let wrong = right;
    for (const [before, after] of edits) {
      expect(wrong).toContain(before);
      wrong = wrong.replace(before, after);
    }
    expect(await problemsOf(wrong)).toEqual(says);
  });
});
