/** The contracts of the catalogue: the form of `catalogue/contracts/<name>.yaml`, and what reads them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Type, { type Static } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { parse } from 'yaml';
import { topics } from '../../src/providers/catalogue/topics.ts';

const closed = { additionalProperties: false } as const;
const Texts = Type.Record(Type.String(), Type.String());

const Body = {
  /** Compared as values; an object with `jwt` stands for a signed JWT with this header and these claims. */
  json: Type.Optional(Type.Unknown()),
  form: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  text: Type.Optional(Type.String()),
};

const RequestContract = Type.Object(
  {
    method: Type.String(),
    url: Type.String(),
    /** Names in lower case; those that every request has are left out. */
    headers: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    ...Body,
  },
  closed,
);

const AnswerContract = Type.Object(
  {
    status: Type.Integer(),
    headers: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Array(Type.String())])),
    ),
    json: Type.Optional(Type.Unknown()),
    text: Type.Optional(Type.String()),
  },
  closed,
);

const Exchange = Type.Object({ request: RequestContract, answer: AnswerContract }, closed);

const Gives = Type.Object(
  {
    token: Type.Unknown(),
    refresh_token: Type.Optional(Type.String()),
    /** In seconds. */
    lifetime: Type.Union([Type.Integer(), Type.Enum(['unknown', 'never'])]),
    keep: Type.Optional(Texts),
  },
  closed,
);

const Refusal = Type.Object(
  {
    what: Type.String(),
    /** The exchange that is answered so, from 1; by default the last. */
    at: Type.Optional(Type.Integer()),
    answer: AnswerContract,
    error: Type.String(),
    message: Type.Optional(Type.String()),
  },
  closed,
);

const Carried = Type.Object(
  {
    headers: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    query: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
    cookies: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  closed,
);

const Contract = Type.Object(
  {
    topic: Type.Enum(Object.keys(topics)),
    keywords: Type.Array(Type.String({ pattern: '^[a-z0-9][a-z0-9 .+-]*$' }), { maxItems: 5 }),
    status: Type.Enum(['verified', 'from documents']),
    verified: Type.Optional(
      Type.Object({ server: Type.String(), test: Type.String(), on: Type.String() }, closed),
    ),
    documents: Type.Array(Type.String({ pattern: '^https://' }), { minItems: 1 }),
    base_url: Type.String(),
    logins: Type.Array(
      Type.Object(
        {
          what: Type.String(),
          credentials: Texts,
          exchanges: Type.Array(Exchange),
          gives: Gives,
          carried: Carried,
        },
        closed,
      ),
      { minItems: 1 },
    ),
    refusals: Type.Array(Refusal),
    refresh: Type.Optional(
      Type.Object(
        {
          exchanges: Type.Array(Exchange, { minItems: 1 }),
          gives: Gives,
          refusals: Type.Optional(Type.Array(Refusal)),
        },
        closed,
      ),
    ),
    verify: Type.Optional(
      Type.Object(
        {
          request: RequestContract,
          accepted: Type.Array(AnswerContract, { minItems: 1 }),
          refused: Type.Array(AnswerContract, { minItems: 1 }),
        },
        closed,
      ),
    ),
    logout: Type.Optional(
      Type.Object(
        {
          exchanges: Type.Array(Exchange, { minItems: 1 }),
          gone: Type.Optional(Type.Array(AnswerContract)),
        },
        closed,
      ),
    ),
  },
  closed,
);

export type Contract = Static<typeof Contract>;
export type RequestContract = Static<typeof RequestContract>;
export type AnswerContract = Static<typeof AnswerContract>;
export type Exchange = Static<typeof Exchange>;
export type Gives = Static<typeof Gives>;
export type Carried = Static<typeof Carried>;

export const catalogue = 'catalogue';
const contracts = join(catalogue, 'contracts');

const namesIn = (directory: string): readonly string[] =>
  readdirSync(directory)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.replace(/\.yaml$/, ''))
    .sort();

/** The names of the declarations in the catalogue. */
export const declaredNames = (): readonly string[] => namesIn(catalogue);
/** The names of its contracts. */
export const contractNames = (): readonly string[] => namesIn(contracts);

/** @throws Error that says what is wrong with its form */
export function readContract(name: string): Contract {
  const path = join(contracts, `${name}.yaml`);
  const value: unknown = parse(readFileSync(path, 'utf8'));
  if (Check(Contract, value)) return value;
  const wrong = Errors(Contract, value).map(
    ({ instancePath, message }) => `${instancePath} ${message}`,
  );
  throw new Error(`${path}: ${wrong.join('; ')}`);
}
