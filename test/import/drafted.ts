/** Makes drafts of what importers find, and logs in with them to a sandbox, for tests. */
import { expect } from '@jest/globals';
import type { Declaration } from '../../src/declaration/declaration.ts';
import { readDeclaration } from '../../src/declaration/read.ts';
import { buildRequest } from '../../src/declaration/request.ts';
import { readTokenSet } from '../../src/declaration/response.ts';
import { AuthctlError } from '../../src/errors.ts';
import type { Response } from '../../src/http/message.ts';
import type { Answers } from '../../src/import/draft/answers.ts';
import { type Draft, draftOf } from '../../src/import/draft.ts';
import type { FoundLogin } from '../../src/import/found.ts';
import { draftText } from '../../src/import/write.ts';
import { samplesOf } from '../../src/sandbox/samples.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { world } from '../sandbox/exchanges.ts';

/** What marks a value in a source that must not get out of it. */
export const secret = 'S3CR3T';

/** The message of a source that is refused, in one line and without anything of the source. */
export function refusalOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    const { code, message, details } = error;
    expect(code).toBe('usage');
    expect(`${message} ${details.hint}`).not.toContain(secret);
    expect(message.split('\n')).toHaveLength(1);
    expect(details.cause).toBeUndefined();
    return message;
  }
  throw new Error('it was read');
}

/** A draft whose questions are answered: the first server, no spare input, the token at `/token`. */
export function answered(found: FoundLogin, answers: Answers = {}): Draft {
  const { questions } = draftOf(found, { name: 'drafted', ...answers });
  const own = Object.fromEntries(
    questions.map((question): [string, unknown] => {
      if (question.about === 'server') return ['server', question.choices[0]?.value ?? ''];
      if (question.about === 'inputs') return ['inputs', []];
      return question.about === 'token' ? ['token', '/token'] : ['lifetime', 's'];
    }),
  );
  const draft = draftOf(found, { name: 'drafted', ...own, ...answers });
  expect(draft.questions).toEqual([]);
  return draft;
}

/** The declaration that a draft's text is. It must be valid, and without anything secret. */
export async function declared(draft: Draft): Promise<Declaration> {
  const text = draftText(draft);
  expect(text).not.toContain(secret);
  const read = await readDeclaration(Buffer.from(text), { format: 'yaml', builtIn: [] });
  if (!read.declaration) throw new Error(`${JSON.stringify(read.problems)}\n${text}`);
  return read.declaration;
}

/** Logs in to the sandbox of a declaration. @returns the token */
export async function logIn(declaration: Declaration): Promise<string> {
  const sandbox = await startSandbox([declaration], world);
  try {
    const values = new Map(Object.entries(samplesOf(declaration).credentials));
    const template = declaration.login[0]?.request;
    if (!template) throw new Error('the declaration has no request');
    const base = `${sandbox.origin}/${declaration.name}`;
    const { url, ...request } = buildRequest(template, base, (name) => values.get(name));
    const response = await fetch(url, request);
    const answer: Response = {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      cookies: response.headers.getSetCookie(),
      body: new Uint8Array(await response.arrayBuffer()),
      receivedAt: Date.now(),
    };
    return readTokenSet(declaration, answer, { sent: 'credentials' }).accessToken;
  } finally {
    await sandbox.close();
  }
}

/** The fields of a declaration; secret ones have a star, optional ones a question mark. */
export function fieldsOf({ fields }: Declaration): string {
  return fields
    .map(
      ({ name, secret: isSecret, optional }) =>
        `${name}${isSecret ? '*' : ''}${optional ? '?' : ''}`,
    )
    .join(' ');
}
