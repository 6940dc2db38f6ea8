/** Makes sample answers for a declaration that has none, and for steps, which have none in any case. */
import { refreshed } from '../declaration/answer.ts';
import type {
  Asks,
  Declaration,
  Match,
  Sample,
  Sandbox,
  Step,
} from '../declaration/declaration.ts';
import { units } from '../declaration/lifetime.ts';
import { answerOfStep } from '../declaration/step-answer.ts';
import { demoValue } from './demo.ts';
import { builderFor, SampleBuilder } from './sample-builder.ts';

/** The samples of a declaration: its own, else ones that its words accept. */
export function samplesOf(declaration: Declaration): Sandbox {
  if (declaration.sandbox) return declaration.sandbox;
  const { fields, answer, refresh, verify, logout } = declaration;
  const renewed = refreshed(declaration);
  return {
    credentials: Object.fromEntries(
      fields.map((field) => [field.name, demoValue(field, declaration)]),
    ),
    success: successSample(declaration),
    refused: failure(declaration, answer.refused),
    ...(refresh && {
      refreshed: successSample(renewed),
      refreshRefused: failure(renewed, refresh.expired ?? renewed.answer.refused),
    }),
    ...(verify && {
      accepted: sampleOf(verify.accepted, 200),
      notAccepted: failure(declaration, verify.refused ?? answer.refused),
    }),
    ...(logout && { ended: sampleOf(logout.accepted, 204) }),
  };
}

/** What the answer to a step has to be. */
export interface StepParts {
  readonly step: Step;
  /** The answer for which the next request is sent. */
  readonly next?: Match | undefined;
  /** How it asks for a one-time code, if it does. */
  readonly asks?: Asks | undefined;
  /** Whether the code was missing, so that the request has to be sent again. */
  readonly isLacking?: boolean | undefined;
}

/** The answer to a request that is a step of several logins, or of one. */
export function stepSample(parts: readonly StepParts[]): Sample {
  const kinds = parts.flatMap(({ step, next, asks, isLacking }) =>
    isLacking ? [asks?.when] : [step.accepted, asks?.when, next],
  );
  const build = builderFor(kinds, 200);
  for (const { step } of parts) {
    for (const [name, { at }] of Object.entries(step.keep ?? {})) build.put(at, `{${name}}`);
  }
  return build.sample();
}

/** The answer to a login that lacks a one-time code. */
export function asksSample({ when }: Asks): Sample {
  return builderFor([when], 401).sample();
}

/** The refusal of a step, which may have its own. */
export function refusedStep(declaration: Declaration, step: Step, { refused }: Sandbox): Sample {
  if (!step.refused && !step.error) return refused;
  const answer = answerOfStep(declaration.answer, step);
  return failure({ ...declaration, answer }, answer.refused);
}

function successSample({ answer }: Declaration): Sample {
  const { token, refreshToken, keep = {}, lifetime = {}, success = [], accepted } = answer;
  const build = new SampleBuilder(accepted?.status?.[0] ?? 200);
  build.meet([...(accepted?.body ?? []), ...success]);
  if (token !== undefined && !(typeof token === 'object' && 'value' in token)) {
    build.put(token, '{token}');
  }
  if (refreshToken !== undefined) build.put(refreshToken, '{refresh_token}');
  for (const [name, { at }] of Object.entries(keep)) build.put(at, `{${name}}`);
  const { at, unit, until } = lifetime;
  if (at !== undefined)
    build.put(at, unit === 'd:hh:mm' ? '0:01:00' : 3_600_000 / units[unit ?? 's']);
  if (until) {
    const epoch = { s: '{exp}', ms: '{exp_ms}', us: '{exp_us}' }[until.unit ?? 's'];
    build.put(until.at, { iso: '{exp_iso}', 'http-date': '{exp_date}', epoch }[until.as]);
  }
  return build.sample();
}

function failure({ answer }: Declaration, kinds: readonly Match[] | undefined): Sample {
  const [kind = { status: [401] }] = kinds ?? [];
  const build = new SampleBuilder(kind.status?.[0] ?? 200);
  const { error } = answer;
  const [message] = error?.messages ?? [];
  const words = 'the sandbox refuses this';
  if (error?.list !== undefined && typeof message === 'string') {
    build.put(`${error.list}/0${message}`, words);
  } else if (message !== undefined) build.put(message, words);
  build.meet(kind.body);
  return build.sample();
}

function sampleOf(kind: Match | undefined, status: number): Sample {
  return builderFor([kind], kind?.body ? 200 : status).sample();
}
