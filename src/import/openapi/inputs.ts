/** What a login of a document sends. */
import { AuthctlError } from '../../errors.ts';
import type { FoundDoubt, Input } from '../found.ts';
import { isCodeName, isConstant, wordsOf } from '../names.ts';
import { clipped } from './files.ts';
import type { Node } from './node.ts';
import {
  type Api,
  type Body,
  bodiesOf,
  formParametersOf,
  nameOf,
  type Operation,
  type Parameter,
  parametersOf,
} from './operations.ts';
import {
  choicesOf,
  constantOf,
  defaultOf,
  type Example,
  examplesOf,
  facetsOf,
  isPasswordName,
  isUserName,
  lastOf,
  leavesOf,
  type Member,
  membersOf,
  type Plain,
  protocolExample,
  textOf,
  typeOf,
} from './schema.ts';
import { needsOf, type Scheme } from './security.ts';

/** What a login sends. */
export interface Sent {
  readonly inputs: readonly Input[];
  readonly body?: 'json' | 'form';
  readonly basic?: { readonly user: string; readonly password: string };
  /** The security schemes that it needs itself. */
  readonly schemes: readonly Scheme[];
  readonly doubts: readonly FoundDoubt[];
}

/** A member of a body before it is decided what stands there. */
interface Part {
  readonly at: readonly string[];
  readonly facets: readonly Node[];
  readonly required: boolean;
  readonly description: string;
  /** What the chosen example has there. */
  readonly example?: unknown;
}

/** Headers that are the client's business, or a proxy's. */
const ownHeaders =
  /^(accept.*|authorization|cache-control|connection|content-.*|cookie|date|forwarded|host|if-.*|origin|referer|te|traceparent|tracestate|user-agent|x-forwarded-.*|x-real-ip)$/i;

/** The grants that need no browser, the better first. */
const grants = ['password', 'client_credentials'];

/** Reads what a login sends. @throws AuthctlError `usage` if a declaration cannot send it */
export function sentBy(
  api: Api,
  operation: Operation,
  schemes: ReadonlyMap<string, Scheme>,
  { prefersForm = false, grant }: { readonly prefersForm?: boolean; readonly grant?: string } = {},
): Sent {
  return new Reading(api, operation, schemes, prefersForm, grant).sent();
}

/** The names and descriptions of what an operation sends, for a look at it. */
export function lookAtInputs(
  api: Api,
  operation: Operation,
): readonly {
  readonly name: string;
  readonly description: string;
  readonly choices: readonly Plain[];
}[] {
  const parameters = parametersOf(operation, api.version).map(({ name, description, schema }) => ({
    ...{ name, description, choices: choicesOf(facetsOf(schema).facets) },
  }));
  const forms = formParametersOf(operation).map((each) => ({
    ...{
      name: each.text('name'),
      description: each.text('description'),
      choices: choicesOf([each]),
    },
  }));
  const bodies = bodiesOf(operation, api).flatMap(({ schema, node }) => [
    ...membersOf(schema).members.map(({ at, facets }) => ({
      ...{
        name: lastOf(at),
        description: textOf(facets, 'description'),
        choices: choicesOf(facets),
      },
    })),
    ...examplesOf(node, schema).flatMap(({ value }) =>
      leavesOf(value).map(({ at }) => ({ name: lastOf(at), description: '', choices: [] })),
    ),
  ]);
  // The same name says the same.
  const all = [...parameters, ...forms, ...bodies].reverse();
  return [...new Map(all.map((each) => [each.name, each])).values()].reverse();
}

class Reading {
  readonly #api: Api;
  readonly #operation: Operation;
  readonly #schemes: ReadonlyMap<string, Scheme>;
  readonly #prefersForm: boolean;
  readonly #doubts: FoundDoubt[] = [];
  #grant: string | undefined;

  constructor(
    api: Api,
    operation: Operation,
    schemes: ReadonlyMap<string, Scheme>,
    prefersForm: boolean,
    grant: string | undefined,
  ) {
    this.#api = api;
    this.#operation = operation;
    this.#schemes = schemes;
    this.#prefersForm = prefersForm;
    this.#grant = grant;
  }

  sent(): Sent {
    const parameters = parametersOf(this.#operation, this.#api.version);
    const chosen = this.#body();
    const parts = chosen ? this.#parts(chosen) : [];
    this.#grant ??= this.#grantOf(parameters, parts);
    const members = this.#members(parts, parameters);
    const hasPassword = members.some(
      ({ at, constant }) => constant === undefined && isPasswordName(lastOf(at)),
    );
    const asParameters = parameters.flatMap((each) => this.#parameter(each, parameters));
    const inQuery = asParameters.some(({ at }) => isPasswordName(lastOf(at)));
    const { keys, basicScheme, schemes } = this.#security(hasPassword || inQuery);
    const header = parameters.find(
      (each) => each.in === 'header' && /^authorization$/i.test(each.name),
    );
    const hidden =
      header && !basicScheme ? this.#hiddenBasic(header, hasPassword || inQuery) : undefined;
    const basic = basicScheme ? this.#basicOf(basicScheme) : hidden;
    const known = new Set(keys.map((each) => `${each.in} ${lastOf(each.at).toLowerCase()}`));
    const inputs = [
      ...asParameters.filter((each) => !known.has(`${each.in} ${lastOf(each.at).toLowerCase()}`)),
      ...keys,
      ...members,
    ];
    const body = members.length === 0 ? undefined : chosen?.kind === 'form' ? 'form' : 'json';
    return {
      inputs,
      ...(body && { body }),
      ...(basic && { basic }),
      schemes,
      doubts: this.#doubts,
    };
  }

  #doubt(pointer: string, text: string): void {
    this.#doubts.push({ pointer, text });
  }

  #body(): Body | undefined {
    const bodies = bodiesOf(this.#operation, this.#api);
    const kinds = this.#prefersForm ? (['form', 'json'] as const) : (['json', 'form'] as const);
    for (const kind of kinds) {
      const found = bodies.find((each) => each.kind === kind);
      if (found) return found;
    }
    const [first] = bodies;
    if (first && (first.required || first.schema.exists)) {
      const name = clipped(nameOf(this.#operation));
      throw new AuthctlError(
        'usage',
        `${name} takes a body of the type ${clipped(first.type)}; only JSON and forms can be imported`,
      );
    }
    return undefined;
  }

  /** The members of the body, those of the examples included. */
  #parts({ schema, node, kind }: Body): readonly Part[] {
    if (kind === 'form' && this.#api.version === 2) {
      return formParametersOf(this.#operation).map((each) => ({
        at: [each.text('name')],
        facets: [each],
        required: each.raw('required') === true,
        description: each.text('description'),
      }));
    }
    const { members, facets, forms } = membersOf(schema, bestForm);
    if (forms > 1) {
      this.#doubt(
        '/login/0/request',
        `the document has ${forms} forms of the body: check this one`,
      );
    }
    if (members.length === 0 && /^(string|array)$/.test(typeOf(facets))) {
      this.#doubt('/login/0/request', `the body is one ${typeOf(facets)}: add it by hand`);
    }
    const examples = examplesOf(node, schema);
    const example = bestExample(examples);
    const leaves = new Map(
      leavesOf(example?.value).map(({ at, value }) => [JSON.stringify(at), { at, value }]),
    );
    const isClosed = facets.some((each) => each.raw('additionalProperties') === false);
    const groups = new Set(
      examples.map(({ value }) => JSON.stringify(leavesOf(value).map(({ at }) => at))),
    );
    const isGrouped = groups.size > 1 && example !== undefined && leaves.size > 0;
    const parts = members
      .filter(({ facets: own }) => own.every((each) => !isLeftOut(each)))
      .filter(({ at, required }) => !isGrouped || required || leaves.has(JSON.stringify(at)))
      .map((member) => partOf(member, leaves.get(JSON.stringify(member.at))?.value));
    if (isGrouped) {
      const name = example.name === '' ? '' : `"${example.name}"`;
      this.#doubt('/login/0/request', `only the members of one example are here: ${clipped(name)}`);
      if (grants.some((grant) => example.name.includes(grant))) {
        this.#grant ??= grants.find((grant) => example.name.includes(grant));
      }
    }
    const known = new Set(members.map(({ at }) => JSON.stringify(at)));
    // Examples show more than schemas that are open.
    const more = isClosed
      ? []
      : [...leaves]
          .filter(([key]) => !known.has(key))
          .map(([, { at, value }]) => ({
            at,
            facets: [],
            required: false,
            description: '',
            example: value,
          }));
    const objects = new Set(more.map(({ at }) => JSON.stringify(at.slice(0, -1))));
    return [...parts.filter(({ at }) => !objects.has(JSON.stringify(at))), ...more];
  }

  #grantOf(parameters: readonly Parameter[], parts: readonly Part[]): string | undefined {
    const all = [
      ...parameters.map(({ name, schema }) => ({ name, facets: facetsOf(schema).facets })),
      ...parts.map(({ at, facets }) => ({ name: lastOf(at), facets })),
    ];
    const member = all.find(({ name }) => wordsOf(name).join('_') === 'grant_type');
    if (!member) return undefined;
    const choices = choicesOf(member.facets);
    const hasPassword = all.some(({ name }) => isPasswordName(name) && /pass|pwd/i.test(name));
    const usable = grants.filter((grant) => choices.includes(grant));
    return hasPassword ? usable[0] : usable.at(-1);
  }

  #members(parts: readonly Part[], parameters: readonly Parameter[]): readonly Input[] {
    const isSure =
      parts.some(({ at, required, facets }) => {
        return required && constantOf(facets) === undefined && !isConstantName(lastOf(at));
      }) || parameters.some(({ name, required }) => required && isPasswordName(name));
    const guessed = isSure ? [] : mainParts(parts);
    if (!isSure && guessed.length > 0) {
      this.#doubt('/login/0/fields', 'the document does not say which of them are required');
    }
    const inputs = parts.flatMap((part) => {
      const required = part.required || guessed.includes(part);
      return this.#input({ ...part, required, in: 'body' });
    });
    // People are asked in this order.
    const order = ({ at, constant, description }: Input) => {
      const name = lastOf(at);
      if (constant !== undefined) return 0;
      return isUserName(name, description) ? 1 : isPasswordName(name) ? 2 : 3;
    };
    return inputs.sort((a, b) => order(a) - order(b));
  }

  #parameter(parameter: Parameter, all: readonly Parameter[]): readonly Input[] {
    const { name, schema, description, node } = parameter;
    if (parameter.in === 'header' && ownHeaders.test(name)) return [];
    if (parameter.in === 'cookie' && !parameter.required) return [];
    const { facets } = facetsOf(schema);
    const isSure = all.some(({ required, ...each }) => required && isPasswordName(each.name));
    const isMain =
      !isSure &&
      all.some((each) => each.in === parameter.in && isPasswordName(each.name)) &&
      (isPasswordName(name) || isUserName(name, description));
    const required = parameter.required || isMain;
    const about = description === '' ? textOf(facets, 'description') : description;
    return this.#input({
      in: parameter.in,
      at: [name],
      facets: facets.length > 0 ? facets : [node],
      required,
      description: about,
    });
  }

  #input(part: Part & { readonly in: Input['in'] }): readonly Input[] {
    const { at, facets, required, description, example } = part;
    const name = lastOf(at);
    const pointer = '/login/0/request';
    const type = typeOf(facets);
    const isProtocol = isConstantName(name);
    const isGrant = wordsOf(name).join('_') === 'grant_type' && this.#grant !== undefined;
    // What a document has there is somebody's, and perhaps a real secret.
    const isOwn = !isProtocol && isCredential(name, facets, description);
    const fixed = isGrant ? this.#grant : isOwn ? undefined : constantOf(facets);
    const usual = isOwn ? undefined : defaultOf(facets);
    const sample =
      protocolExample(name, facets) ?? (isConstant(name, example) ? example : undefined);
    const isPlainSample = typeof sample === 'string';
    if (type === 'array' || type === 'object' || Array.isArray(example)) {
      const what = required ? 'is required, and is' : 'is';
      this.#doubt(
        pointer,
        `"${at.join('.')}" ${what} a list or an object: add it by hand if it is needed`,
      );
      return [];
    }
    const constant = fixed ?? (required || isProtocol ? usual : undefined);
    if (!required && !isProtocol && (fixed !== undefined || usual !== undefined)) {
      const value = String(fixed ?? usual);
      this.#doubt(
        pointer,
        `"${at.join('.')}" may be left out, and is: "${clipped(value)}" is the usual value`,
      );
      return [];
    }
    if (isProtocol && constant === undefined && !isPlainSample && description !== '') {
      this.#doubt(
        pointer,
        `"${at.join('.')}" may be a constant; the document says: ${clipped(description)}`,
      );
    }
    if (constant === undefined && !isPlainSample && !isOwn && choicesOf(facets).length > 1) {
      const choices = choicesOf(facets).slice(0, 8).join(', ');
      this.#doubt(pointer, `"${at.join('.')}" is one of: ${clipped(choices)}`);
    }
    const isSecret = type === 'boolean' ? false : secrecyOf(name, facets, description);
    const once = isOnce(name, description) ? { once: true as const } : {};
    return [
      {
        in: part.in,
        at,
        ...(constant !== undefined && { constant }),
        ...(isPlainSample && constant === undefined && { sample }),
        required: required || (isProtocol && (constant !== undefined || isPlainSample)),
        ...(isSecret !== undefined && { secret: isSecret }),
        ...(inputType(type) && { type: inputType(type) as 'string' }),
        ...(description !== '' && { description }),
        ...once,
      },
    ];
  }

  /** What the security of the login needs: keys in headers and queries, or Basic. */
  #security(hasPassword: boolean): {
    readonly keys: readonly Input[];
    readonly basicScheme?: Scheme;
    readonly schemes: readonly Scheme[];
  } {
    const { alternatives, isOwn } = needsOf(this.#operation, this.#api.root);
    const known = alternatives.map((names) =>
      names.flatMap((name) => {
        const scheme = this.#schemes.get(name);
        return scheme ? [scheme] : [];
      }),
    );
    const isBasic = (each: Scheme) => each.kind === 'basic';
    const withBasic = hasPassword ? undefined : known.find((each) => each.some(isBasic));
    const chosen = withBasic ?? known[0] ?? [];
    if (alternatives.some((names) => names.length === 0) && !withBasic)
      return { keys: [], schemes: [] };
    const isKey = ({ kind, key }: Scheme) => {
      return (
        (kind === 'header' || kind === 'query' || kind === 'cookie') &&
        !/^(authorization|cookie)\b/i.test(key)
      );
    };
    // Where a whole document needs one key, that may be the token itself.
    const isTrusted = isOwn || chosen.length > 1;
    const keys = isTrusted ? chosen.filter(isKey) : [];
    const basicScheme = chosen.find(isBasic);
    const isTaken = basicScheme !== undefined && !(hasPassword && !isOwn);
    return {
      keys: keys.map(({ kind, key, description }) => ({
        in: kind as 'header' | 'query' | 'cookie',
        at: [key],
        required: true,
        secret: true,
        type: 'string' as const,
        ...(description !== '' && { description }),
      })),
      ...(isTaken && { basicScheme }),
      schemes: [...keys, ...(isTaken ? [basicScheme] : [])],
    };
  }

  #basicOf({ description }: Scheme): { readonly user: string; readonly password: string } {
    if (this.#grant === 'client_credentials' || /client[ _-]?id/i.test(description))
      return clientParts;
    const parts = parametersOf(this.#operation, this.#api.version);
    const isClient = lookAtGrant(this.#api, this.#operation, parts) === 'client_credentials';
    return isClient ? clientParts : userParts;
  }

  /** Basic authentication that is written down as a header. */
  #hiddenBasic(
    { description, required }: Parameter,
    hasPassword: boolean,
  ): { readonly user: string; readonly password: string } | undefined {
    const isBasic = /\bbasic\b|base ?64/i.test(description);
    if (!isBasic && (hasPassword || !required || /bearer/i.test(description))) return undefined;
    const words = isBasic ? ' describes it so' : ' does not say more';
    this.#doubt(
      '/login/0/request/basic',
      `the header Authorization of the document${words}: check it`,
    );
    return /client[ _-]?id/i.test(description) ? clientParts : userParts;
  }
}

const clientParts = { user: 'client_id', password: 'client_secret' } as const;
const userParts = { user: 'username', password: 'password' } as const;

function lookAtGrant(
  api: Api,
  operation: Operation,
  parameters: readonly Parameter[],
): Plain | undefined {
  const inBody = bodiesOf(operation, api).flatMap(({ schema }) => membersOf(schema).members);
  const all = [
    ...parameters.map(({ name, schema }) => ({ name, facets: facetsOf(schema).facets })),
    ...inBody.map(({ at, facets }) => ({ name: lastOf(at), facets })),
  ];
  const member = all.find(({ name }) => wordsOf(name).join('_') === 'grant_type');
  return member && (constantOf(member.facets) ?? defaultOf(member.facets));
}

/** Of several forms of a body, the one with a password, or else with another secret. */
function bestForm(forms: readonly Node[]): Node | undefined {
  const scored = forms.map((form) => {
    const names = membersOf(form).members.map(({ at }) => lastOf(at));
    const score = names.some((name) => /pass|pwd/i.test(name))
      ? 2
      : names.some(isPasswordName)
        ? 1
        : 0;
    return { form, score };
  });
  return scored.sort((a, b) => b.score - a.score)[0]?.form;
}

/** The example of a login by password, or else the first that has credentials. */
function bestExample(examples: readonly Example[]): Example | undefined {
  const names = ({ value }: Example) => leavesOf(value).map(({ at }) => lastOf(at));
  return (
    examples.find((each) => /\bpassword\b/i.test(each.name) && names(each).length > 0) ??
    examples.find((each) => names(each).some((name) => /pass|pwd/i.test(name))) ??
    examples.find((each) => names(each).some(isPasswordName)) ??
    examples.find((each) => names(each).length > 0)
  );
}

function isLeftOut(facet: Node): boolean {
  return facet.raw('readOnly') === true || facet.raw('deprecated') === true;
}

function partOf({ at, facets, required }: Member, example: unknown): Part {
  const description = textOf(facets, 'description');
  return { at, facets, required, description, ...(example !== undefined && { example }) };
}

/** Where nothing is required: who logs in, and the first password; as an example has them, if there is one. */
function mainParts(parts: readonly Part[]): readonly Part[] {
  const inExample = parts.filter(({ example }) => example !== undefined);
  const from = inExample.some(({ at }) => isPasswordName(lastOf(at))) ? inExample : parts;
  const password = from.find(({ at }) => isPasswordName(lastOf(at)));
  const user = from.find(({ at, description }) => isUserName(lastOf(at), description));
  return [...(user ? [user] : []), ...(password ? [password] : [])];
}

/** Whether a name is one of those whose values are the protocol's. */
function isConstantName(name: string): boolean {
  return isConstant(name, 'x');
}

/** Whether a value is one that a person or a program has. */
function isCredential(name: string, facets: readonly Node[], description: string): boolean {
  if (isPasswordName(name) || isUserName(name, description)) return true;
  if (textOf(facets, 'format') === 'password') return true;
  return wordsOf(name).some((word) => credentialWords.has(word));
}

const credentialWords = new Set([
  ...['token', 'key', 'apikey', 'secret', 'jwt', 'credential', 'credentials', 'assertion', 'code'],
  ...['otp', 'totp', 'passcode', 'signature', 'cookie', 'sid'],
]);

function secrecyOf(
  name: string,
  facets: readonly Node[],
  description: string,
): boolean | undefined {
  const format = textOf(facets, 'format');
  if (format === 'password' || facets.some((each) => each.raw('writeOnly') === true)) return true;
  if (format === 'email') return false;
  return !isPasswordName(name) && isUserName(name, description) ? false : undefined;
}

function isOnce(name: string, description: string): boolean {
  if (isPasswordName(name)) return false;
  return (
    isCodeName(name) ||
    (/code|otp|pin|token/i.test(name) &&
      /\b(2fa|two-?factor|second factor|one-?time|totp|otp|mfa|authenticator)\b/i.test(description))
  );
}

function inputType(type: string): Input['type'] | undefined {
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'string' || type === 'boolean' ? type : undefined;
}
