/** Checks steps, one-time codes, signed tokens, and answers that differ by request. */
import type { Asks, Declaration, Login, Step } from '../declaration.ts';
import { valuesOfSteps } from '../kept.ts';
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
      if (stored) report(`${at}/keep/${escaped(name)}/stored`, 'a logout ends the session');
    }
  }
  const mints = login.every(({ mint }) => mint !== undefined);
  if (answer.token === undefined && !mints) {
    report('/answer', '"token" is missing: where the answer has it');
  }
  checkUnusedValues(declaration, report);
}

const firstWhen = 'there is no answer before the first request';

function checkLogin(declaration: Declaration, login: Login, index: number, report: Report): void {
  const { answer, derive = {} } = declaration;
  const { steps = [], when, request, mint } = login;
  const pointer = `/login/${index}`;
  if ((request === undefined) === (mint === undefined)) {
    report(pointer, 'expected either "request" or "mint"');
  }
  if (mint !== undefined) {
    const derivation = Object.entries(derive).find(([name]) => name === mint)?.[1];
    if (!derivation || !('jwt' in derivation)) {
      const jwts = Object.entries(derive).filter(([, each]) => 'jwt' in each);
      const meant = didYouMean(
        nearest(
          mint,
          jwts.map(([name]) => name),
        ),
      );
      report(`${pointer}/mint`, `expected the name of a derived "jwt"${meant}`);
    }
    if (steps.length > 0) report(`${pointer}/steps`, 'a token that is minted needs no requests');
    if (when) report(`${pointer}/when`, 'there is no request');
  }
  if (steps[0]?.when) report(`${pointer}/steps/0/when`, firstWhen);
  else if (when && steps.length === 0) report(`${pointer}/when`, firstWhen);
  const values = valuesOfSteps(steps);
  for (const { name, step } of values) {
    if (values.find((each) => each.name === name)?.step === step) continue;
    report(`${pointer}/steps/${step}/keep/${escaped(name)}`, `another step keeps ${name}`);
  }
  const { token } = answer;
  if (request && typeof token === 'object' && 'value' in token) {
    if (!values.some(({ name }) => name === token.value)) {
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
  for (const [index, { once, secret, default: value, carried }] of fields.entries()) {
    if (!once) continue;
    const pointer = `/fields/${index}`;
    if (!secret) report(`${pointer}/secret`, 'a one-time code is a secret');
    if (value !== undefined) report(`${pointer}/default`, 'a one-time code has no default');
    if (carried) report(`${pointer}/carried`, 'a one-time code is not sent with every call');
  }
  const check = (pointer: string, asks: Asks | undefined, used: ReadonlySet<string>) => {
    if (!asks) return;
    const field = fields.find(({ name }) => name === asks.field);
    const codes = fields.filter(({ once }) => once).map(({ name }) => name);
    if (!field?.once) {
      const meant = didYouMean(nearest(asks.field, codes));
      report(`${pointer}/asks/field`, `expected the name of a field with "once": true${meant}`);
    } else if (!used.has(asks.field)) {
      report(`${pointer}/asks/field`, `no request after this answer has {${asks.field}}`);
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
    if (asks) report(`/logout/steps/${index}/asks`, 'a logout asks for nothing');
  }
}

/** Checks signed JWTs. */
export function checkJwts({ derive = {}, fields }: Declaration, report: Report): void {
  for (const [name, derivation] of Object.entries(derive)) {
    if (!('jwt' in derivation)) continue;
    const { alg, as, header = {}, claims, key } = derivation.jwt;
    const pointer = `/derive/${escaped(name)}/jwt`;
    const forms = alg === 'HS256' ? ['text', 'hex', 'base64', 'jwk'] : ['pem', 'jwk'];
    if (as !== undefined && !forms.includes(as)) {
      report(`${pointer}/as`, `for the key of ${alg}, expected ${forms.join(' or ')}`);
    }
    if ('alg' in header) report(`${pointer}/header/alg`, '"alg" is worked out');
    if ('exp' in claims) report(`${pointer}/claims/exp`, '"exp" is worked out: use "lives"');
    const named = fields.filter(({ name: field }) => key === `{${field}}`);
    if (named.some(({ secret }) => !secret)) report(`${pointer}/key`, 'the key has to be a secret');
  }
}

/** Checks what the answer to a refresh has otherwise. */
export function checkRefreshAnswer({ answer, refresh }: Declaration, report: Report): void {
  if (!refresh) return;
  const pointer = '/refresh/answer';
  const isOfStep = typeof answer.token === 'object' && 'value' in answer.token;
  if (isOfStep && refresh.answer?.token === undefined) {
    report('/refresh', 'the token of a login comes from a step: "answer" needs its own "token"');
  }
  for (const name of Object.keys(refresh.answer?.keep ?? {})) {
    if (Object.hasOwn(answer.keep ?? {}, name)) continue;
    report(`${pointer}/keep/${escaped(name)}`, `the answer to a login does not keep ${name}`);
  }
}
