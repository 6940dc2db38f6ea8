/** Answers the requests of logins and logouts, in the order in which a client sends them. */
import type { Asks, Declaration, Login, Sample } from '../declaration/declaration.ts';
import { valuesOfSteps } from '../declaration/kept.ts';
import { readAnswer, valueAt } from '../declaration/place.ts';
import {
  loginStages,
  logoutStages,
  namesUsed,
  type Stage,
  templatesInRequest,
} from '../declaration/uses.ts';
import { type Attempt, Attempts } from './attempts.ts';
import { Codes } from './codes.ts';
import type { Incoming } from './compare.ts';
import { freshValue } from './demo.ts';
import { type Expected, hasShape, isAt } from './expected.ts';
import { asksSample, refusedStep, stepSample } from './samples.ts';
import {
  lifetimeOf,
  makeToken,
  momentOf,
  type Reply,
  render,
  type Served,
  sessionOf,
} from './served.ts';
import type { Session } from './tokens.ts';

/** A request of a login or a logout. */
interface Place extends Stage {
  /** Which login or logout it belongs to. */
  readonly flow: string;
  readonly index: number;
  /** The number of steps before the last request. */
  readonly steps: number;
  readonly next: Stage | undefined;
  readonly expected: Expected;
  /** Absent for a logout. */
  readonly login?: Login;
  /** The fields of one-time codes that it cannot lack. */
  readonly codes: readonly string[];
  /** How its answer asks for a one-time code. */
  readonly asks: Asks | undefined;
}

/** A request that is right. */
interface Accepted {
  readonly place: Place;
  readonly attempt: Attempt;
  /** How the answer asks for a one-time code, if it does. */
  readonly asks?: Asks | undefined;
  /** Whether the code was missing from this very request. */
  readonly isLacking?: boolean;
  /** The session that a logout ends. */
  readonly session?: Session;
}

/** The requests of the logins and the logout of a provider. */
export class Stages {
  readonly #served: Served;
  readonly #places: readonly Place[];
  readonly #attempts = new Attempts();
  readonly #codes: Codes;

  constructor(served: Served) {
    const { declaration, samples } = served;
    this.#served = served;
    this.#codes = new Codes(declaration);
    this.#places = [
      ...declaration.login.flatMap((login, index) => loginPlaces(declaration, login, index)),
      ...(samples.ended ? logoutPlaces(declaration) : []),
    ];
  }

  /** The requests, to be told from others. */
  get expected(): readonly Expected[] {
    return this.#places.map(({ request }) => ({ template: request }));
  }

  answer(incoming: Incoming): Reply {
    const isWhole = ![...incoming.headers.values()].includes('');
    const meant = isWhole ? this.#places.filter((place) => this.#hasShape(place, incoming)) : [];
    const accepted = meant.flatMap((place) => this.#accept(place, incoming));
    const [first] = accepted;
    if (first) return this.#succeed(accepted, first, incoming);
    const [place] = meant;
    if (place) return this.#refuse(place, incoming);
    return this.#malformed(incoming);
  }

  #hasShape({ expected }: Place, incoming: Incoming): boolean {
    const { declaration, optional } = this.#served;
    return hasShape(declaration, expected, incoming, optional);
  }

  /** What a request does, if it is right and none before it is missing. */
  #accept(place: Place, incoming: Incoming): readonly Accepted[] {
    for (const attempt of this.#possible(place)) {
      const accepted = this.#judge(place, attempt, incoming);
      if (accepted) return [accepted];
    }
    return [];
  }

  /** The attempts in which a request may be the next, or the last once more. */
  #possible({ flow, index, steps }: Place): readonly Attempt[] {
    if (index === 0 || steps === 0) return [{ flow, at: -1, values: new Map() }];
    return this.#attempts
      .of(flow)
      .filter(({ at }) => at === index || at === index - 1 || (at >= steps - 1 && index > at));
  }

  #judge(place: Place, attempt: Attempt, incoming: Incoming): Accepted | undefined {
    return place.login
      ? this.#judgeLogin(place, attempt, incoming)
      : this.#judgeLogout(place, attempt, incoming);
  }

  #judgeLogout(place: Place, attempt: Attempt, incoming: Incoming): Accepted | undefined {
    const { values } = attempt;
    const session = sessionOf(this.#served, [place.expected], incoming, () => true, values);
    return session && { place, attempt, session };
  }

  #judgeLogin(place: Place, attempt: Attempt, incoming: Incoming): Accepted | undefined {
    const { optional, credentials } = this.#served;
    const values = new Map([...credentials, ...attempt.values]);
    const { asks, codes, step } = place;
    const needed = optional.filter((name) => !codes.includes(name));
    if (this.#isRight(place, incoming, values, needed)) {
      // The code that a later request sends.
      const isAsking = asks !== undefined && step !== undefined && !codes.includes(asks.field);
      return { place, attempt, ...(isAsking && { asks }) };
    }
    if (!asks || !codes.includes(asks.field)) return undefined;
    const rest = new Map([...values].filter(([name]) => name !== asks.field));
    if (!this.#isRight(place, incoming, rest, optional)) return undefined;
    return { place, attempt, asks, isLacking: true };
  }

  #isRight(
    { expected, request }: Place,
    incoming: Incoming,
    values: ReadonlyMap<string, string>,
    optional: readonly string[],
  ): boolean {
    const moment = momentOf(this.#served, expected, incoming, { values, optional });
    return moment !== undefined && this.#codes.take(templatesInRequest(request), moment);
  }

  /** Two logins may begin with the same request: then it is a step of both. */
  #succeed(accepted: readonly Accepted[], first: Accepted, incoming: Incoming): Reply {
    const last = accepted.find(({ place, isLacking }) => !place.step && !isLacking);
    if (last) return this.#finish(last, incoming);
    const steps = accepted.filter(({ place }) => place.step);
    if (steps.length > 0) return this.#stepDone(steps, incoming);
    const { asks, place } = first;
    if (!asks) throw new Error('a request is neither a step nor the last one');
    return this.#render(asksSample(asks), place, incoming);
  }

  #stepDone(accepted: readonly Accepted[], incoming: Incoming): Reply {
    const [first] = accepted;
    const parts = accepted.flatMap(({ place: { step, next }, asks, isLacking }) =>
      step ? [{ step, next: next?.when, asks, isLacking }] : [],
    );
    const names = parts.flatMap(({ step }) => Object.keys(step.keep ?? {}));
    const values = new Map(names.map((name) => [name, this.#fresh(name)]));
    const reply = this.#render(stepSample(parts), first?.place, incoming, { values });
    for (const { place, attempt, isLacking } of accepted) {
      attempt.at = isLacking ? place.index - 1 : place.index;
      attempt.values = new Map([...attempt.values, ...this.#given(place, reply)]);
      this.#attempts.keep(attempt);
    }
    return reply;
  }

  /** What a step of a declaration finds in an answer. */
  #given({ step }: Place, reply: Reply): readonly (readonly [string, string])[] {
    const { credentials } = this.#served;
    const { status, headers = {}, cookies = [], body, text = '' } = reply;
    const names = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
    const bytes = Buffer.from(body === undefined ? text : JSON.stringify(body));
    const response = { status, headers: Object.fromEntries(names), cookies, body: bytes };
    const read = readAnswer({ ...response, receivedAt: this.#served.world.now() }, (name) =>
      credentials.get(name),
    );
    return Object.entries(step?.keep ?? {}).flatMap(([name, { at }]) => {
      const value = valueAt(read, at);
      return value === undefined ? [] : [[name, String(value)] as const];
    });
  }

  #fresh(name: string): string {
    const { declaration, world } = this.#served;
    if (name === tokenValue(declaration)) {
      return makeToken(this.#served, 'access', lifetimeOf(declaration.answer));
    }
    return freshValue(declaration, name, world.random);
  }

  #finish({ place, attempt, session }: Accepted, incoming: Incoming): Reply {
    if (place.login) {
      this.#attempts.end(attempt);
      return this.#loggedIn(place.login, place, attempt, incoming);
    }
    attempt.at = place.index;
    if (place.next) this.#attempts.keep(attempt);
    else this.#attempts.end(attempt);
    return this.#loggedOut(place, session, incoming);
  }

  #loggedIn(login: Login, place: Place, { values }: Attempt, incoming: Incoming): Reply {
    const { declaration, tokens, samples, world } = this.#served;
    const { keep = {}, exclusive } = declaration.answer;
    const stored = valuesOfSteps(login.steps ?? []).flatMap((each) =>
      each.stored ? [each.name] : [],
    );
    const session: Session = {
      kept: new Map([
        ...[...values].filter(([name]) => stored.includes(name)),
        ...Object.keys(keep).map(
          (name) => [name, freshValue(declaration, name, world.random)] as const,
        ),
      ]),
    };
    for (const { access, refresh } of exclusive ? tokens.sessions() : []) {
      tokens.end(access);
      tokens.end(refresh);
    }
    const token = values.get(tokenValue(declaration) ?? '');
    if (token !== undefined) {
      tokens.add(session, 'access', token, lifetimeOf(declaration.answer));
    }
    return this.#render(samples.success, place, incoming, { session });
  }

  #loggedOut(place: Place, session: Session | undefined, incoming: Incoming): Reply {
    const { declaration, tokens, samples } = this.#served;
    const { ends = 'token' } = declaration.logout ?? {};
    if (ends === 'token') tokens.end(session?.access);
    if (ends !== 'nothing') tokens.end(session?.refresh);
    const about = session && { session };
    return this.#render(samples.ended ?? samples.refused, place, incoming, about);
  }

  #refuse(place: Place, incoming: Incoming): Reply {
    const { declaration, samples } = this.#served;
    const { step, login } = place;
    const sample = step ? refusedStep(declaration, step, samples) : samples.refused;
    const reply = this.#render(sample, place, incoming);
    return { ...reply, isRefusal: true, ...(login && { delay: this.#delay }) };
  }

  #malformed(incoming: Incoming): Reply {
    const { declaration, samples } = this.#served;
    const place = this.#places.find(({ request, request: { method } }) => {
      return method === incoming.method && isAt(declaration, { template: request }, incoming);
    });
    if (place && !place.login) return this.#refuse(place, incoming);
    if (place?.step && !samples.malformed) return this.#refuse(place, incoming);
    const sample = samples.malformed ?? samples.refused;
    return { ...this.#render(sample, place, incoming), isRefusal: true, delay: this.#delay };
  }

  get #delay(): number {
    return this.#served.declaration.answer.refusalDelay ?? 0;
  }

  #render(
    sample: Sample,
    place: Place | undefined,
    incoming: Incoming,
    about: Pick<Parameters<typeof render>[2], 'session' | 'values'> = {},
  ): Reply {
    return render(this.#served, sample, { template: place?.request, incoming, ...about });
  }
}

/** The step's value that is the token. */
function tokenValue({ answer: { token } }: Declaration): string | undefined {
  return typeof token === 'object' && 'value' in token ? token.value : undefined;
}

function loginPlaces(declaration: Declaration, login: Login, at: number): readonly Place[] {
  const { answer, fields } = declaration;
  const once = fields.flatMap((field) => (field.once ? [field.name] : []));
  const asked = new Set<string>();
  return loginStages(login).map((stage, index, all): Place => {
    const { step, request, when } = stage;
    const asks = step ? step.asks : answer.asks;
    if (asks) asked.add(asks.field);
    const names = namesUsed(declaration, templatesInRequest(request));
    return {
      ...stage,
      ...{ flow: `login ${at}`, index, login, asks, next: all[index + 1] },
      steps: login.steps?.length ?? 0,
      expected: { template: request },
      // The demo account has a second factor.
      codes: once.filter((name) => names.has(name) && (when !== undefined || asked.has(name))),
    };
  });
}

function logoutPlaces(declaration: Declaration): readonly Place[] {
  const { logout, use } = declaration;
  return logoutStages(declaration).map((stage, index, all): Place => {
    const how = logout?.bare ? {} : { use: { form: use.value } };
    return {
      ...stage,
      ...{ flow: 'logout', index, codes: [], asks: undefined, next: all[index + 1] },
      steps: logout?.steps?.length ?? 0,
      expected: { template: stage.request, ...how },
    };
  });
}
