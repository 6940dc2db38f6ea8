/** The types of a provider declaration, derived from the JSON Schema. */
import type { Static } from 'typebox';
import type { declarationSchema } from './schema.ts';

/** A provider as data: what `src/providers/<name>.ts` holds. */
export type Declaration = Static<typeof declarationSchema>;
/** One credential that a provider asks for. */
export type Field = Declaration['fields'][number];
/** One way to log in: the fields it needs and the request it sends. */
export type Login = Declaration['login'][number];
/** An HTTP request with placeholders. */
export type RequestTemplate = Login['request'];
/** How the answer to a login or a refresh is read. */
export type Answer = Declaration['answer'];
/** A kind of answer, recognised by its status and its body. */
export type Match = NonNullable<Answer['refused']>[number];
/** Something that must hold at a JSON pointer. */
export type Condition = NonNullable<Match['body']>[number];
/** How a request carries the token. */
export type Use = Declaration['use'];
/** Demo credentials and sample answers. */
export type Sandbox = NonNullable<Declaration['sandbox']>;
/** One sample answer. */
export type Sample = Sandbox['success'];
