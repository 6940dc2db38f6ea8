/** A login of several requests, with one-time codes, or without any request. */

import type { Field, Step } from '../declaration/declaration.ts';
import { jwtOf } from '../declaration/derive.ts';
import { matches } from '../declaration/match.ts';
import { findField, flagName } from '../declaration/names.ts';
import type { ReadAnswer } from '../declaration/place.ts';
import { readTokenSet } from '../declaration/response.ts';
import { readStep, type StepAnswer } from '../declaration/step-answer.ts';
import type { TokenSet } from '../declaration/token-set.ts';
import {
  loginStages,
  namesUsed,
  privateKeyFields,
  type Stage,
  templatesInRequest,
} from '../declaration/uses.ts';
import { requestValues } from '../declaration/values.ts';
import { AuthctlError } from '../errors.ts';
import type { Response } from '../http/message.ts';
import type { Attempt } from './attempt.ts';
import { claimCodes } from './claim-codes.ts';
import { askFor, type Connection, readFor, redacted } from './exchange.ts';
import { keepTokens } from './keep-tokens.ts';
import { keepOfStep } from './kept-of-step.ts';

/**
 * Logs in by the requests of a login in turn, within one time-out, or signs the token.
 *
 * @throws AuthctlError as `logIn`
 */
export async function performLogin(attempt: Attempt): Promise<TokenSet> {
  const { mint } = attempt.login;
  try {
    return mint === undefined ? await new Requests(attempt).logIn() : minted(attempt, mint);
  } catch (error) {
    throw error instanceof AuthctlError ? redacted(error, attempt.connection.secrets) : error;
  }
}

/** A step whose answer is here. */
interface Answered {
  readonly stage: Stage;
  readonly index: number;
  readonly read: ReadAnswer;
  readonly response: Response;
}

/** The requests of one login. */
class Requests {
  readonly #attempt: Attempt;
  readonly #stages: readonly Stage[];
  /** Fields, and what the steps have kept. */
  readonly #values: Map<string, string>;
  readonly #stored = new Map<string, string>();
  /** The one-time codes that the user was asked for. */
  readonly #typed = new Set<string>();
  readonly #start: number;
  /** Milliseconds in which the user was asked. */
  #asking = 0;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
    this.#stages = loginStages(attempt.login);
    this.#values = new Map(attempt.values);
    this.#start = attempt.connection.clock.monotonic();
  }

  async logIn(): Promise<TokenSet> {
    const { connection } = this.#attempt;
    let before: Answered | undefined;
    for (const [index, stage] of this.#stages.entries()) {
      const { step, when } = stage;
      if (when && before && !matches(when, before.read)) {
        connection.detail(this.#labelled(index, 'not needed'));
        this.#attempt.found(this.#labelled(index, 'not needed'));
        continue;
      }
      if (when) await this.#obtainCodesOf(stage, index);
      if (!step) return this.#last(this.#exchange(stage, index, this.#reader(stage)));
      let sent = await this.#send(stage, index);
      const { asks } = sent.answer;
      const field = asks?.details.asks;
      if (field !== undefined) this.#attempt.found(`the answer asks for ${field}`);
      if (asks && field !== undefined && !this.#values.has(field)) {
        await this.#obtainCode(field, this.#named(asks, stage, index));
        // A code that a later request sends must not start the login anew.
        if (this.#names(stage).has(field)) sent = await this.#send(stage, index);
      }
      before = { stage, index, read: sent.answer.read, response: sent.response };
    }
    if (!before) throw new Error(`${connection.declaration.name} has a login without a request`);
    // The last request was not needed: the answer before it is the answer.
    const { stage, index, response } = before;
    const read = readFor(connection, this.#values, response, this.#reader(stage));
    return this.#last(this.#about(stage, index, read));
  }

  /** The last answer; if it asks for a code, the login is made once more with it. */
  async #last(answer: Promise<TokenSet>): Promise<TokenSet> {
    try {
      return await answer;
    } catch (error) {
      if (!(error instanceof AuthctlError) || error.code !== 'credential_missing') throw error;
      const field = error.details.asks;
      if (field === undefined) throw error;
      this.#attempt.found(`the answer asks for ${field}`);
      this.#requireUseOf(field);
      // From now on it is sent, so that asking for it again is a refusal.
      await this.#obtainCode(field, error);
      return this.logIn();
    }
  }

  /** @throws AuthctlError `refused` for a code that this login does not send, or has sent already */
  #requireUseOf(code: string): void {
    const { name, title } = this.#attempt.connection.declaration;
    const isSent = this.#stages.some((stage) => this.#names(stage).has(code));
    if (isSent && !this.#values.has(code)) return;
    const problem = isSent
      ? `${title} refused the one-time code`
      : `${title} asks for a one-time code, ${code}, which this way to log in does not send`;
    throw new AuthctlError('refused', problem, { provider: name, ...(isSent && { sent: [code] }) });
  }

  async #send(
    stage: Stage,
    index: number,
  ): Promise<{ readonly answer: StepAnswer; readonly response: Response }> {
    const { step } = stage;
    if (!step) throw new Error('a step was expected');
    const { declaration } = this.#attempt.connection;
    const codes = this.#codesIn(stage);
    const { asks, keep = {} } = step;
    const isRepeated = asks !== undefined && this.#names(stage).has(asks.field);
    const sent = await this.#exchange(stage, index, (response, lookUp) => ({
      response,
      answer: readStep(declaration, step, response, { lookUp, codes, isRepeated }),
    }));
    this.#keep(keep, sent.answer, index);
    return sent;
  }

  /** Reads the tokens in the answer to a request. */
  #reader(stage: Stage): (response: Response, lookUp: ReadAnswer['lookUp']) => TokenSet {
    const { declaration, detail, secrets } = this.#attempt.connection;
    const codes = this.#codesIn(stage);
    return (response, lookUp) => {
      const read = readTokenSet(declaration, response, {
        ...{ sent: 'credentials', lookUp, codes, detail },
        steps: this.#values,
      });
      const kept = { ...Object.fromEntries(this.#stored), ...read.kept };
      const tokenSet = { ...read, ...(Object.keys(kept).length > 0 && { kept }) };
      keepTokens(secrets, declaration, tokenSet);
      return tokenSet;
    };
  }

  /** Makes what a step keeps known to the requests that follow. */
  #keep(declared: NonNullable<Step['keep']>, { kept }: StepAnswer, index: number): void {
    const { connection, found } = this.#attempt;
    const { secrets, detail } = connection;
    keepOfStep(declared, kept, { values: this.#values, secrets, found });
    for (const [name, value] of Object.entries(kept)) {
      if (declared[name]?.stored) this.#stored.set(name, value);
      detail(this.#labelled(index, `the answer has ${name}`));
    }
  }

  /** Sends a request within the time that is left. */
  async #exchange<T>(
    stage: Stage,
    index: number,
    read: (response: Response, lookUp: ReadAnswer['lookUp']) => T,
  ): Promise<T> {
    const { connection } = this.#attempt;
    const { options, detail } = connection;
    const label = this.#label(index);
    const codeTime = await claimCodes(this.#attempt, this.#names(stage), this.#values, () =>
      this.#left(),
    );
    const timeout = this.#left();
    if (timeout <= 0) throw this.#timedOut(`before ${label || 'it was sent'}`);
    const own: Connection = {
      ...connection,
      options: { ...options, timeout, allowed: options.timeout },
      detail: (text) => detail(this.#labelled(index, text)),
    };
    const outgoing = { template: stage.request, values: this.#values, codeTime };
    return this.#about(stage, index, askFor(own, outgoing, read));
  }

  /** Says in errors which request they are about. */
  async #about<T>(stage: Stage, index: number, answer: Promise<T>): Promise<T> {
    try {
      return await answer;
    } catch (error) {
      throw error instanceof AuthctlError ? this.#named(error, stage, index) : error;
    }
  }

  /** An error that says which request it is about. */
  #named(error: AuthctlError, stage: Stage, index: number): AuthctlError {
    const label = this.#label(index);
    const { code, message, details } = error;
    const fields = this.#attempt.connection.declaration.fields.map(({ name }) => name);
    const names = this.#names(stage);
    const typed = fields.find((name) => names.has(name) && this.#typed.has(name));
    return new AuthctlError(code, label === '' ? message : `${message} (${label})`, {
      ...(label !== '' && { sent: fields.filter((name) => names.has(name)) }),
      // Another code may be right: the user is asked for it again.
      ...(code === 'refused' && typed !== undefined && { asks: typed }),
      ...details,
    });
  }

  /** `step 1 of 2`; nothing if there is only one request. */
  #label(index: number): string {
    const { length } = this.#stages;
    return length === 1 ? '' : `step ${index + 1} of ${length}`;
  }

  #labelled(index: number, text: string): string {
    const label = this.#label(index);
    return label === '' ? text : `${label}: ${text}`;
  }

  #names({ request }: Stage): ReadonlySet<string> {
    return namesUsed(this.#attempt.connection.declaration, templatesInRequest(request));
  }

  /** The fields of one-time codes that a request sends. */
  #codesIn(stage: Stage): ReadonlySet<string> {
    const names = this.#names(stage);
    const { fields } = this.#attempt.connection.declaration;
    const codes = fields.filter(({ name, once }) => once && names.has(name));
    return new Set(codes.map(({ name }) => name).filter((name) => this.#values.has(name)));
  }

  /** A request that is sent only for a second factor needs its code. */
  async #obtainCodesOf(stage: Stage, index: number): Promise<void> {
    const { declaration } = this.#attempt.connection;
    const names = this.#names(stage);
    for (const field of declaration.fields) {
      const { name, once } = field;
      if (!once || !names.has(name) || this.#values.has(name)) continue;
      await this.#obtainCode(name, this.#named(codeAsked(declaration, field), stage, index));
    }
  }

  /** Asks the user for a one-time code. @throws `error`, with a hint, if that is not possible */
  async #obtainCode(name: string, error: AuthctlError): Promise<void> {
    const { connection, askCode, codeHint } = this.#attempt;
    const { declaration, clock, secrets } = connection;
    const field = findField(declaration, name);
    if (!field) throw new Error(`there is no field ${name}`);
    if (!askCode) throw codeMissing(declaration, field, error).with({ hint: codeHint });
    const began = clock.monotonic();
    const code = await askCode(field);
    this.#asking += clock.monotonic() - began;
    secrets.add(code);
    this.#values.set(name, code);
    this.#typed.add(name);
  }

  #left(): number {
    const { clock, options } = this.#attempt.connection;
    return options.timeout - (clock.monotonic() - this.#start - this.#asking);
  }

  #timedOut(when: string): AuthctlError {
    const { declaration, options } = this.#attempt.connection;
    const { name, title } = declaration;
    const seconds = Math.round(options.timeout / 100) / 10;
    const message = `the login at ${title} timed out after ${seconds} s, ${when}`;
    return new AuthctlError('timeout', message, { provider: name });
  }
}

function codeAsked({ title }: Connection['declaration'], { name }: Field): AuthctlError {
  return new AuthctlError('credential_missing', `${title} asks for a one-time code, ${name}`);
}

function codeMissing(
  { name }: Connection['declaration'],
  field: Field,
  { message, details }: AuthctlError,
): AuthctlError {
  const flags = [flagName(field.name), flagName(field.name, '-stdin')].join(' or ');
  return new AuthctlError('credential_missing', `${message}: use ${flags}`, {
    provider: name,
    ...details,
    asks: field.name,
  });
}

/** Signs the token. Nothing is sent. */
function minted({ connection, values }: Attempt, name: string): TokenSet {
  const { declaration, clock, uuid, secrets, detail, baseUrl } = connection;
  const now = clock.now();
  const lookUp = requestValues(declaration, {
    ...{ values, uuid, now, baseUrl },
    keepSecret: secrets.add,
  });
  const jwt = jwtOf(declaration, name);
  const token = lookUp(name);
  if (token === undefined || !jwt) {
    throw new Error(`${declaration.name} has no signed ${name}`);
  }
  const keys = [...privateKeyFields(declaration)].join(' and ');
  detail(`signed the token${keys === '' ? '' : ` with ${keys}`}; nothing was sent`);
  return { accessToken: token, receivedAt: now, lifetime: jwt.lives * 1000 };
}
