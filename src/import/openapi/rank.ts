/** How well an operation fits a login, and why. */
import { isGrantName, isRefreshName, tokenScore, wordsOf } from '../names.ts';
import { lookAtAnswer } from './answer.ts';
import { lookAtInputs } from './inputs/look.ts';
import { type Api, answersOf, type Operation } from './operations.ts';
import { isPasswordName, isUserName } from './schema.ts';
import { type Flow, needsOf, type Scheme } from './security.ts';

/** A score, and its reasons in words. */
export interface Rank {
  readonly score: number;
  readonly reasons: readonly string[];
}

const loginWords =
  /^(login|logon|signin|authenticate|authentication|authorize|authorise|auth|token|tokens|session|sessions|accesstoken|apitoken|jwt|connect)$/;
const strongWords =
  /^(login|logon|signin|authenticate|token|tokens|session|sessions|accesstoken|jwt)$/;
const otherWords =
  /^(logout|logoff|signout|refresh|renew|revoke|revocation|register|signup|registration|reset|forgot|recover|recovery|verify|validate|introspect|callback|redirect|sso|saml|oidc|oauth2callback|magiclink|magic|otp|2fa|mfa|totp|challenge|invite|confirm|change|resend|unlock|impersonate|facebook|google|twitter|github|apple|microsoft|ldap|social|webauthn|passkey|device|admin|jwks|qr|push|apikeys|apikey|keys)$/;

/** Scores an operation. */
export function rankOf(
  api: Api,
  operation: Operation,
  schemes: ReadonlyMap<string, Scheme>,
  flow: Flow | undefined,
): Rank {
  const reasons: string[] = [];
  let score = 0;
  const add = (points: number, reason: string) => {
    score += points;
    reasons.push(reason);
  };
  const { path, summary, description, id, tags, method } = operation;
  const segments = segmentsOf(path);
  const last = segments.at(-1) ?? '';
  const joined = wordsOf(last).join('');
  if (strongWords.test(joined)) add(4, `the path ends with "${last}"`);
  else if (segments.some((each) => strongWords.test(wordsOf(each).join(''))))
    add(2, 'a word of the path is of a login');
  else if (segments.some((each) => wordsOf(each).some((word) => loginWords.test(word)))) {
    add(1, 'a word of the path is of a login');
  }
  if (wordsOf(segments.slice(-3).join(' ')).some((word) => otherWords.test(word))) {
    add(-5, 'the path speaks of something else');
  }
  if (saysLogin(summary)) add(2, 'the summary speaks of a login');
  else if (saysLogin(description.slice(0, 400))) add(1, 'the description speaks of a login');
  if (
    /\b(log ?out|sign ?out|refresh(es)? (the|a|an|your)|revoke|delete|destroy)\b/i.test(summary)
  ) {
    add(-3, 'the summary speaks of something else');
  }
  const idWords = wordsOf(id);
  if (idWords.some((word) => strongWords.test(word) || /^(log|sign)$/.test(word)))
    add(2, 'its operationId speaks of a login');
  if (idWords.some((word) => otherWords.test(word)))
    add(-3, 'the operationId speaks of something else');
  if (tags.some((tag) => /auth|login|session|token|security/i.test(tag)))
    add(1, 'its tag speaks of logins');
  if (operation.isDeprecated) add(-3, 'it is deprecated');

  const inputs = operation.node.tolerant(() => lookAtInputs(api, operation), []);
  const hasPassword = inputs.some(({ name }) => isPasswordName(name));
  const hasUser = inputs.some(({ name, description: about }) => isUserName(name, about));
  if (hasPassword) add(4, 'a password or a secret is sent');
  if (hasPassword && hasUser) add(1, 'a user is sent');
  const grant = inputs.find(({ name }) => isGrantName(name));
  if (grant) {
    const { choices } = grant;
    const isOther =
      choices.length > 0 &&
      !choices.some((each) => each === 'password' || each === 'client_credentials');
    add(isOther ? -4 : 2, isOther ? 'its grants need a browser' : 'a grant_type is sent');
  }
  if (inputs.some(({ name }) => isRefreshName(name)) && !hasPassword) {
    add(-4, 'a refresh token is sent');
  }
  if (inputs.some(({ name }) => /^(new|old|current)_?password$/i.test(wordsOf(name).join('_')))) {
    add(-4, 'a new password is sent');
  }
  const answers = operation.node.tolerant(() => lookAtAnswer(api, operation), []);
  const hasToken = answers.some((name) => tokenScore(name) >= 5 && !isRefreshName(name));
  if (hasToken) add(3, 'the answer has a token');
  else if (answers.includes('') && method !== 'DELETE' && hasPassword)
    add(1, 'the answer is one text');
  const succeeds = operation.node.tolerant(() => answersOf(operation, api).length > 0, true);
  if (!succeeds) add(-2, 'no success is described');

  const { alternatives, isOwn } = needsOf(operation, api.root);
  const kinds = alternatives.flat().map((name) => schemes.get(name)?.kind);
  const hasBasic = kinds.includes('basic') && (isOwn || alternatives.length === 1);
  const hasHidden = inputs.some(
    ({ name, description: about }) =>
      /^authorization$/i.test(name) && /basic|base ?64/i.test(about),
  );
  if ((hasBasic || hasHidden) && hasToken) add(3, 'HTTP Basic is traded for a token');
  if (isOwn && alternatives.length === 0) add(1, 'it needs no token itself');
  if (isOwn && kinds.length > 0 && kinds.every((kind) => kind === 'bearer'))
    add(-3, 'it needs a token');
  if (flow) add(5, `the scheme "${flow.scheme}" names it as its token URL`);
  if (method === 'POST') add(1, 'it is a POST');
  else if (method === 'GET') {
    if (!hasPassword && !hasBasic && !hasHidden) add(-4, 'it is a GET without credentials');
  } else add(-4, `it is a ${method}`);
  if (method === 'POST' && !hasPassword && !hasBasic && !hasHidden && !grant) {
    add(-1, 'no credentials are described');
  }
  return { score, reasons };
}

/** The parts of a path that are no parameters. */
export function segmentsOf(path: string): readonly string[] {
  return path.split(/[/\s]+/).filter((each) => each !== '' && !each.includes('{'));
}

function saysLogin(text: string): boolean {
  return (
    /\b(log(s|ging)? ?in|sign(s|ing)? ?in|login|logon|authenticat(e|es|ion)|credentials)\b/i.test(
      text,
    ) ||
    /\b(create|creates|get|gets|obtain|obtains|request|requests|issue|issues|generate|generates)\b.{0,40}\b(token|tokens|jwt|session)\b/i.test(
      text,
    )
  );
}
