/** The types of a provider declaration, derived from the JSON Schema. */
import type { Static } from 'typebox';
import type { FileState } from '../files/changed.ts';
import type { declarationSchema, definitions } from './schema.ts';

/** A declaration as a file has it. */
export type DeclarationFile = Static<typeof declarationSchema>;
/** A provider as data. */
export type Declaration = Omit<DeclarationFile, '$schema' | 'name'> & {
  readonly name: string;
  /** Where it was read from; absent if it is built in. */
  readonly file?: FileState;
};

/** One credential that a provider asks for. */
export type Field = Declaration['fields'][number];
/** A server of a provider. */
export type Environment = NonNullable<Declaration['environments']>[number];
/** One way to log in: the fields it needs and the request it sends. */
export type Login = Declaration['login'][number];
/** A request before the last one of a login or a logout. */
export type Step = Static<typeof definitions.step>;
/** An HTTP request with placeholders. */
export type RequestTemplate = Static<typeof definitions.request>;
/** HTTP Basic authentication, with placeholders. */
export type Basic = Static<typeof definitions.basic>;
/** A function that works out a value. */
export type Derivation = Static<typeof definitions.function>;
/** Where a value is in an answer. */
export type Place = Static<typeof definitions.place>;
/** How the answer to a login or a refresh is read. */
export type Answer = Declaration['answer'];
/** An answer that means that a one-time code is missing. */
export type Asks = NonNullable<Answer['asks']>;
/** A place, or a step's kept value. */
export type TokenPlace = NonNullable<Answer['token']>;
/** The lifetime of a token. */
export type Lifetime = NonNullable<Answer['lifetime']>;
/** A kind of answer, recognised by its status and by conditions. */
export type Match = Static<typeof definitions.match>;
/** Something that must hold at a place. */
export type Condition = Static<typeof definitions.condition>;
/** A request that asks whether the server takes a token. */
export type Verify = NonNullable<Declaration['verify']>;
/** How a token is renewed. */
export type Refresh = NonNullable<Declaration['refresh']>;
/** How the server is told that a session ends. */
export type Logout = NonNullable<Declaration['logout']>;
/** How a call carries the token. */
export type Use = Declaration['use'];
/** Demo credentials and sample answers. */
export type Sandbox = NonNullable<Declaration['sandbox']>;
/** One sample answer. */
export type Sample = Static<typeof definitions.sample>;
