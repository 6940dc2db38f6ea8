/** Makes demo credentials and sample answers for a declaration that has none. */
import type {
  Condition,
  Declaration,
  Field,
  Match,
  Place,
  Sample,
  Sandbox,
} from '../declaration/declaration.ts';
import { units } from '../declaration/lifetime.ts';
import { stepsOf } from '../declaration/pointer.ts';
import { placeholdersIn } from '../declaration/template.ts';
import { declaredRequests, type TemplateAt, templatesInRequest } from '../declaration/uses.ts';

/** The samples of a declaration: its own, else ones that its words accept. */
export function samplesOf(declaration: Declaration): Sandbox {
  if (declaration.sandbox) return declaration.sandbox;
  const { fields, answer, refresh, verify, logout } = declaration;
  const success = successSample(declaration);
  const refused = failure(declaration, answer.refused);
  return {
    credentials: Object.fromEntries(
      fields.map((field) => [field.name, demoValue(field, declaration)]),
    ),
    success,
    refused,
    ...(refresh && {
      refreshed: success,
      refreshRefused: failure(declaration, refresh.expired ?? answer.refused),
    }),
    ...(verify && {
      accepted: sampleOf(verify.accepted, 200),
      notAccepted: failure(declaration, verify.refused ?? answer.refused),
    }),
    ...(logout && { ended: sampleOf(logout.accepted, 204) }),
  };
}

/** The kept values of a sandbox's sessions. */
export function keptValues({ answer: { keep = {} } }: Declaration): ReadonlyMap<string, string> {
  return new Map(Object.keys(keep).map((name) => [name, `sandbox-${name}`]));
}

/** A value that every place accepts. */
function demoValue({ name, secret, default: value }: Field, declaration: Declaration): string {
  if (value !== undefined) return value;
  const filter = allTemplates(declaration)
    .flatMap(({ template }) => placeholdersIn(template))
    .find((each) => each.name === name && each.filter !== undefined)?.filter;
  if (filter !== undefined) return filter === 'number' ? '1' : 'true';
  return `${secret ? 'sandbox' : 'demo'}-${name.replaceAll('_', '-')}`;
}

function allTemplates(declaration: Declaration): readonly TemplateAt[] {
  return declaredRequests(declaration).flatMap(({ request }) => templatesInRequest(request));
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
  build.meet(kind.body ?? []);
  return build.sample();
}

function sampleOf(kind: Match | undefined, status: number): Sample {
  const build = new SampleBuilder(kind?.status?.[0] ?? (kind?.body ? 200 : status));
  build.meet(kind?.body ?? []);
  return build.sample();
}

/** Puts values at places. */
class SampleBuilder {
  #json: unknown;
  #text: string | undefined;
  readonly #headers = new Map<string, string>();
  readonly #cookies = new Map<string, string>();
  readonly #status: number;

  constructor(status: number) {
    this.#status = status;
  }

  /** Puts a value that each condition accepts. */
  meet(conditions: readonly Condition[]): void {
    for (const { at, in: values, absent } of conditions) {
      if (!absent) this.put(at, values ? literal(values[0]) : 'sandbox');
    }
  }

  put(place: Place, value: unknown): void {
    if (typeof place === 'string') this.#json = withValue(this.#json, stepsOf(place), value);
    else if ('header' in place) this.#headers.set(place.header, String(value));
    else if ('cookie' in place) this.#cookies.set(place.cookie, String(value));
    else this.#text = String(value);
  }

  sample(): Sample {
    return {
      status: this.#status,
      ...(this.#headers.size > 0 && { headers: Object.fromEntries(this.#headers) }),
      ...(this.#cookies.size > 0 && { cookies: Object.fromEntries(this.#cookies) }),
      ...(this.#json !== undefined && { body: this.#json }),
      ...(this.#text !== undefined && { text: this.#text }),
    };
  }
}

/** A value as a template, in which braces are doubled. */
function literal(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/[{}]/g, '$&$&');
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, literal(each)]));
}

function withValue(document: unknown, [step, ...rest]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  const isList = Array.isArray(document) || (document === undefined && /^\d$/.test(step));
  if (isList) {
    const list: unknown[] = Array.isArray(document) ? [...document] : [];
    list[Number(step)] = withValue(list[Number(step)], rest, value);
    return list;
  }
  const entries = typeof document === 'object' && document !== null ? Object.entries(document) : [];
  const members = new Map<string, unknown>(entries);
  members.set(step, withValue(members.get(step), rest, value));
  return Object.fromEntries(members);
}
