/** Checks steps, one-time codes, minted tokens, and answers that differ by request. */

import type { Asks, Declaration, Login, Step } from '../declaration.ts';
import { jwtOf } from '../derive.ts';
import { keptValues, valuesOfSteps } from '../kept.ts';
import { didYouMean, nearest } from '../nearest.ts';
import { escaped } from '../pointer.ts';
import {
  loginStages,
  namesUsed,
  templatesInLogin,
  templatesInRequest,
  templatesInUse,
} from '../uses.ts';
import type { Report } from './problem.ts';

/** Every step of a declaration, with the pointer to it. */
export function stepsIn({ login, logout }: Declaration): readonly (readonly [string, Step])[] {
  const within = (pointer: string, steps: readonly Step[] = []) =>
    steps.map((step, index) => [`${pointer}/steps/${index}`, step] as const);
  return [
    ...login.flatMap(({ steps }, index) => within(`/login/${index}`, steps)),
    ...within('/logout', logout?.steps),
  ];
}

/** Checks the requests of each login, and what their steps keep. */
export function checkSteps(declaration: Declaration, report: Report): void {
  const { login, logout, answer } = declaration;
  for (const [index, each] of login.entries()) checkLogin(declaration, each, index, report);
  if (logout?.steps?.[0]?.when) report('/logout/steps/0/when', firstWhen);
  for (const [at, { keep = {} }] of stepsIn({ ...declaration, login: [] })) {
    for (const [name, { stored }] of Object.entries(keep)) {
      if (stored)
        report(
          `${at}/keep/${escaped(name)}/stored`,
          'a logout ends the session: nothing is stored for it',
        );
    }
  }
  const requests = login.filter(({ request }) => request !== undefined);
  const mints = login.filter(({ mint }) => mint !== undefined);
  if (requests.length === 0 && mints.length > 0) checkNoAnswer(declaration, report);
  else if (requests.length > 0 && answer.token === undefined) {
    report('/answer', '"token" is missing: where the answer has it');
  }
  checkUnusedValues(declaration, report);
}

/** The words about the answer to a login, and about the tokens in it. */
const wordsOfLogins = [
  ...['accepted', 'success', 'token', 'refreshToken', 'keep', 'lifetime', 'asks', 'refusalDelay'],
] as const;

/** Checks that nothing is declared of an answer if every login signs its token. */
function checkNoAnswer({ answer, refresh }: Declaration, report: Report): void {
  for (const word of wordsOfLogins) {
    if (answer[word] === undefined) continue;
    report(`/answer/${word}`, 'a login by "mint" sends no request, so there is no answer');
  }
  if (refresh) report('/refresh', 'a token that is minted is not renewed: a new one is signed');
}

const firstWhen = 'no answer comes before the first request';

function checkLogin(declaration: Declaration, login: Login, index: number, report: Report): void {
  const { answer, derive = {} } = declaration;
  const { steps = [], when, request, mint } = login;
  const pointer = `/login/${index}`;
  if (request !== undefined && mint !== undefined) {
    report(`${pointer}/mint`, 'a login has either "request" or "mint"');
    return;
  }
  if (request === undefined && mint === undefined) report(pointer, '"request" is missing');
  if (mint !== undefined) {
    if (!jwtOf(declaration, mint)) {
      const jwts = Object.entries(derive).filter(([, each]) => 'jwt' in each);
      const meant = didYouMean(
        nearest(
          mint,
          jwts.map(([name]) => name),
        ),
      );
      report(`${pointer}/mint`, `expected the name of a derived "jwt"${meant}`);
    }
    if (steps.length > 0)
      report(`${pointer}/steps`, 'a token that is minted is signed here: no request is sent');
    if (when)
      report(`${pointer}/when`, 'a token that is minted is signed here: no request is sent');
  }
  if (steps[0]?.when) report(`${pointer}/steps/0/when`, firstWhen);
  else if (when && mint === undefined && steps.length === 0) report(`${pointer}/when`, firstWhen);
  checkReachable(pointer, login, report);
  const values = valuesOfSteps(steps);
  for (const { name, step } of values) {
    if (values.find((each) => each.name === name)?.step === step) continue;
    report(
      `${pointer}/steps/${step}/keep/${escaped(name)}`,
      `an earlier step keeps ${name}: give this value another name`,
    );
  }
  const { token } = answer;
  if (request && typeof token === 'object' && 'value' in token) {
    const value = values.find(({ name }) => name === token.value);
    if (value && !value.secret) {
      const at = `${pointer}/steps/${value.step}/keep/${escaped(value.name)}`;
      report(`${at}/secret`, 'the token is a secret');
    }
    if (!value) {
      const meant = didYouMean(
        nearest(
          token.value,
          values.map(({ name }) => name),
        ),
      );
      report('/answer/token/value', `no step of /login/${index} keeps ${token.value}${meant}`);
    }
  }
}

/** Checks that an answer for which a request is sent is no failure before. */
function checkReachable(pointer: string, login: Login, report: Report): void {
  const stages = loginStages(login);
  for (const [at, { when, step }] of stages.entries()) {
    const isFailure = when?.status?.every((status) => status < 200 || status > 299) ?? false;
    const before = stages.slice(0, at).flatMap((stage) => (stage.step ? [stage.step] : []));
    if (!isFailure || before.length === 0) continue;
    if (before.some(({ accepted, asks }) => accepted ?? asks)) continue;
    report(
      step ? `${pointer}/steps/${at}/when` : `${pointer}/when`,
      'such an answer ends the login: add "accepted" or "asks" to the step before',
    );
  }
}

/** Checks that each value of a step is of use. */
function checkUnusedValues(declaration: Declaration, report: Report): void {
  const { login, logout, answer } = declaration;
  const inToken =
    typeof answer.token === 'object' && 'value' in answer.token ? answer.token.value : undefined;
  const check = (pointer: string, steps: readonly Step[], used: ReadonlySet<string>) => {
    for (const { name, stored, step } of valuesOfSteps(steps)) {
      if (stored || used.has(name) || name === inToken) continue;
      report(`${pointer}/steps/${step}/keep/${escaped(name)}`, `the value ${name} is not used`);
    }
  };
  for (const [index, each] of login.entries()) {
    if (each.mint !== undefined) continue;
    check(`/login/${index}`, each.steps ?? [], namesUsed(declaration, templatesInLogin(each)));
  }
  if (!logout) return;
  const templates = [logout.request, ...(logout.steps ?? []).map(({ request }) => request)]
    .flat()
    .flatMap(templatesInRequest);
  const used = namesUsed(declaration, [...templates, ...templatesInUse(declaration.use)]);
  check('/logout', logout.steps ?? [], used);
}

/** Checks one-time codes: the fields, and who asks for them. */
export function checkCodes(declaration: Declaration, report: Report): void {
  const { fields, login, answer } = declaration;
  for (const [index, { once, secret, carried }] of fields.entries()) {
    if (!once) continue;
    const pointer = `/fields/${index}`;
    if (!secret) report(`${pointer}/secret`, 'a one-time code is a secret: expected true');
    if (carried) report(`${pointer}/carried`, 'a one-time code is not sent with every call');
  }
  const check = (pointer: string, asks: Asks | undefined, used: ReadonlySet<string>) => {
    if (!asks) return;
    if (!asks.when.status && !asks.when.body) {
      report(`${pointer}/asks/when`, 'every answer is of this kind: say its "status" or "body"');
    }
    const field = fields.find(({ name }) => name === asks.field);
    const codes = fields.filter(({ once }) => once).map(({ name }) => name);
    if (!field?.once) {
      const meant = didYouMean(nearest(asks.field, codes));
      report(`${pointer}/asks/field`, `expected the name of a field with "once": true${meant}`);
    } else if (!used.has(asks.field)) {
      report(`${pointer}/asks/field`, `neither this request nor a later one sends {${asks.field}}`);
    } else if (!field.optional) {
      report(`${pointer}/asks/field`, `the field ${asks.field} has to be "optional"`);
    }
  };
  const last = login.flatMap(({ request }) => (request ? templatesInRequest(request) : []));
  check('/answer', answer.asks, namesUsed(declaration, last));
  for (const [index, each] of login.entries()) {
    const stages = loginStages(each);
    for (const [at, { step }] of stages.entries()) {
      const later = stages.slice(at).flatMap(({ request }) => templatesInRequest(request));
      check(`/login/${index}/steps/${at}`, step?.asks, namesUsed(declaration, later));
    }
  }
  for (const [index, { asks }] of (declaration.logout?.steps ?? []).entries()) {
    if (asks) report(`/logout/steps/${index}/asks`, 'a logout asks for no code');
  }
}

/** Checks what the answer to a refresh has otherwise. */
export function checkRefreshAnswer(declaration: Declaration, report: Report): void {
  const { answer, refresh } = declaration;
  if (!refresh) return;
  const pointer = '/refresh/answer';
  const isOfStep = typeof answer.token === 'object' && 'value' in answer.token;
  if (isOfStep && refresh.answer?.token === undefined) {
    report(
      refresh.answer ? pointer : '/refresh',
      'the token of a login comes from a step: say where that of a refresh is, with "token" in the "answer" of "refresh"',
    );
  }
  const kept = keptValues(declaration);
  for (const name of Object.keys(refresh.answer?.keep ?? {})) {
    if (kept.has(name)) continue;
    const meant = didYouMean(nearest(name, [...kept.keys()]));
    report(
      `${pointer}/keep/${escaped(name)}`,
      `a login keeps no ${name}, so a refresh cannot renew it${meant}`,
    );
  }
}
