/** The form of a provider's fixture: the expected requests, and sample answers with their results. */
import { readdirSync } from 'node:fs';
import type { ErrorCode } from '../../src/errors.ts';
import type { Request } from '../../src/http/message.ts';
import type { AnswerParts } from '../answers.ts';

/** The values of the generated placeholders. */
export const generated = {
  uuid: '0b8f7f3e-6c53-4b0e-9d3a-0f3f2c1d5e77',
  now: '2026-01-02T03:04:04.321Z',
};
/** When the answers arrive, in milliseconds since the epoch. Whole seconds, as in a `Date` header. */
export const receivedAt = Date.UTC(2026, 0, 2, 3, 4, 5);

/** A sample answer with its expected result. */
export interface AnswerFixture extends AnswerParts {
  readonly what: string;
  /** False for an answer that is not in the vendor's OpenAPI document. */
  readonly documented?: false;
  /** The tokens, and the lifetime in seconds. */
  readonly gives?: { readonly token: string; readonly refresh?: string; readonly lifetime: number };
  readonly fails?: {
    readonly code: ErrorCode;
    readonly words?: string;
    readonly message?: string;
    readonly hint?: string;
  };
}

export interface Fixture {
  /** The named servers, the default first; absent if every customer has a host of their own. */
  readonly environments?: Readonly<Record<string, string>>;
  /** Of the requests below. */
  readonly baseUrl: string;
  /** In the order of the declaration's logins. */
  readonly logins: readonly {
    readonly credentials: Readonly<Record<string, string>>;
    readonly request: Request;
  }[];
  readonly answers: readonly AnswerFixture[];
  /** For the refresh token `the-refresh-token`. */
  readonly refresh?: { readonly request: Request; readonly answers: readonly AnswerFixture[] };
  /** For the token `the-token`: every form of the header's value, the default first. */
  readonly use: { readonly header: string; readonly values: readonly string[] };
  /** Without the token's header. */
  readonly verify?: Request;
}

/** By the provider's name: `fixtures/<name>.ts`. */
export async function loadFixtures(): Promise<Readonly<Record<string, Fixture>>> {
  const files = readdirSync(new URL('fixtures/', import.meta.url));
  const entries = files.map(async (file): Promise<[string, Fixture]> => {
    const { fixture } = await import(`./fixtures/${file}`);
    return [file.replace(/\.ts$/, ''), fixture];
  });
  return Object.fromEntries(await Promise.all(entries));
}
