/**
 * Writes docs/coverage.md: which of the login APIs in docs/coverage.json can be declared. A word counts if
 * the schema has it.
 */
import { readFileSync } from 'node:fs';
import { memberSchema, resolved, type Schema, type WholeSchema } from './json-schema.ts';
import { table } from './table.ts';

/** A login API, and the words that it needs. */
interface Api {
  readonly number: number;
  readonly endpoint: string;
  /** To get a token, and to carry it. */
  readonly login?: readonly string[];
  /** For the lifetime, and to renew, check and end the token. */
  readonly besides?: readonly string[];
  /** Why it can never be declared. */
  readonly outOfReach?: string;
}

/** Where the schema has a word, and what it is for. */
interface Word {
  /** Paths such as `answer.keep`, all of which there must be. */
  readonly at: readonly string[];
  readonly about: string;
}

const words: Readonly<Record<string, Word>> = {
  basic: { at: ['login.request.basic'], about: 'HTTP Basic authentication' },
  'place header': { at: ['answer.token.header'], about: 'the token is in a header of the answer' },
  'place cookie': { at: ['answer.token.cookie'], about: 'the token is a cookie' },
  'place text': { at: ['answer.token.text'], about: 'the token is the whole text of the answer' },
  'place xml': { at: ['answer.token.xml'], about: 'the token is in XML' },
  'xml body': { at: ['login.request.text'], about: 'the request is XML' },
  keep: { at: ['answer.keep'], about: 'other values of the answer are needed later' },
  'use.headers': { at: ['use.headers'], about: 'calls need more headers than that of the token' },
  'use.query': { at: ['use.query'], about: 'the token is in the query of calls' },
  derive: { at: ['derive'], about: 'hashes, base64, the time' },
  'derive in use': { at: ['derive', 'use.value'], about: 'calls carry a form of the token' },
  'derive.jwt': { at: ['derive.jwt'], about: 'the login needs a signed JWT' },
  mint: { at: ['login.mint'], about: 'a signed JWT is the token, and no request is sent' },
  optional: { at: ['fields.optional'], about: 'fields that not every account has' },
  until: { at: ['answer.lifetime.until'], about: 'the answer has the moment of the expiry' },
  unit: { at: ['answer.lifetime.unit'], about: 'lifetimes in other units than seconds' },
  'refresh placeholders': {
    at: ['refresh.request'],
    about: 'a refresh needs more than the refresh token',
  },
  'verify/logout placeholders': {
    at: ['verify.bare', 'logout.bare'],
    about: 'the check or the logout has the token elsewhere than calls have it',
  },
  logout: { at: ['logout'], about: 'the server can be told that a session ends' },
  'refresh.answer': {
    at: ['refresh.answer'],
    about: 'the answer to a refresh is another than that to the login',
  },
  steps: { at: ['login.steps'], about: 'a login of several requests' },
  when: { at: ['login.steps.when'], about: 'a second factor is a request of its own' },
  origin: { at: ['login.request.origin'], about: 'a request goes to another host' },
  'origin from answer': {
    at: ['login.request.origin.within'],
    about: 'the answer names the host of the next request',
  },
};

/** What can be declared. */
export interface Coverage {
  /** The APIs at which one can log in, and whose token is carried. */
  readonly core: readonly Api[];
  /** The APIs of which everything can be declared. */
  readonly full: readonly Api[];
  /** The words that the schema lacks, with the APIs that need them. */
  readonly missing: ReadonlyMap<string, readonly Api[]>;
}

/** Reads docs/coverage.json. */
export function readApis(): readonly Api[] {
  return JSON.parse(readFileSync('docs/coverage.json', 'utf8'));
}

/** @throws Error for a word that is not known */
export function coverageOf(apis: readonly Api[], schema: WholeSchema): Coverage {
  const reachable = apis.filter(({ outOfReach }) => outOfReach === undefined);
  const needed = new Set(reachable.flatMap(wordsOf));
  const lacking = [...needed].filter((word) => !isIn(schema, word));
  const has = (list: readonly string[] = []) => !list.some((word) => lacking.includes(word));
  return {
    core: reachable.filter(({ login }) => has(login)),
    full: reachable.filter((api) => has(wordsOf(api))),
    missing: new Map(
      lacking.map((word) => [word, reachable.filter((api) => wordsOf(api).includes(word))]),
    ),
  };
}

/** The text of the page. */
export function coveragePage(apis: readonly Api[], schema: WholeSchema): string {
  const coverage = coverageOf(apis, schema);
  const { core, full, missing } = coverage;
  const out = apis.filter(({ outOfReach }) => outOfReach !== undefined);
  const totals = [
    ['log in, and carry the token', String(core.length)],
    ['everything that the API offers: lifetime, refresh, verify, logout', String(full.length)],
    ['out of reach', String(out.length)],
    ['all', String(apis.length)],
  ];
  const lacking = [...missing].map(([word, needing]) => [
    `\`${word}\``,
    words[word]?.about ?? '',
    needing
      .filter(({ login = [] }) => login.includes(word))
      .map(nameOf)
      .join(', ') || '–',
    needing
      .filter(({ login = [] }) => !login.includes(word))
      .map(nameOf)
      .join(', ') || '–',
  ]);
  const rows = apis.map((api) => [
    String(api.number),
    api.endpoint,
    core.includes(api) ? 'yes' : 'no',
    full.includes(api) ? 'yes' : 'no',
    api.outOfReach === undefined
      ? wordsOf(api)
          .filter((word) => missing.has(word))
          .map((word) => `\`${word}\``)
          .join(', ')
      : 'out of reach',
  ]);
  return `# Coverage

Which login APIs can be declared. The list was made before the vocabulary: ${apis.length} logins outside of the authorization-code flow, of vendors' APIs and of servers that one runs oneself, read in vendors' documents, OpenAPI documents and public clients. For each of them, [coverage.json](coverage.json) has the words that a declaration needs to log in and carry the token, and the words for everything else that the API offers.

This page is generated from that file and the schema (\`npm run docs\`): an API counts if the schema has all of its words. It does not say that every declaration has been written and tried at its server. A one-time code counts as a field: it is asked for at the login, or made of its seed.

${table(['What can be declared', 'APIs'], totals)}
## What is missing

${lacking.length === 0 ? 'Nothing.\n' : table(['Word', 'What for', 'Needed to log in', 'Needed besides'], lacking)}
[out-of-reach.md](out-of-reach.md) says what to do instead.

## Out of reach

${table(
  ['#', 'API', 'Why'],
  out.map(({ number, endpoint, outOfReach = '' }) => [String(number), endpoint, outOfReach]),
)}
## All

${table(['#', 'API', 'Log in', 'Everything', 'Missing'], rows)}`;
}

function wordsOf({ login = [], besides = [] }: Api): readonly string[] {
  return [...new Set([...login, ...besides])];
}

function nameOf({ number, endpoint }: Api): string {
  return `${endpoint} (${number})`;
}

/** Whether the schema has a word. @throws Error for a word that is not known */
function isIn(schema: WholeSchema, word: string): boolean {
  const known = words[word];
  if (!known) throw new Error(`nothing says where the schema has ${word}`);
  return known.at.every((path) => has(schema, [schema], path.split('.')));
}

function has(
  whole: WholeSchema,
  places: readonly Schema[],
  [word = '', ...rest]: readonly string[],
): boolean {
  const found = places
    .flatMap((place) => objectsIn(whole, place))
    .flatMap(({ properties = {} }) => properties[word] ?? []);
  return found.length > 0 && (rest.length === 0 || has(whole, found, rest));
}

/** The objects that a schema allows, also in a list or under names of their own. */
function objectsIn(whole: WholeSchema, schema: Schema): readonly Schema[] {
  const { $ref, anyOf, items, properties } = schema;
  if ($ref !== undefined) return objectsIn(whole, resolved(whole, schema));
  if (properties) return [schema];
  const inner = items ?? memberSchema(schema);
  return [...(anyOf ?? []), ...(inner ? [inner] : [])].flatMap((each) => objectsIn(whole, each));
}
