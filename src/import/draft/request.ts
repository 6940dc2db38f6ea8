/** The request of the login: which inputs it sends, and what stands for each. */
import { endsLikeSecret, secretWords } from '../../declaration/names.ts';
import { literal } from '../../declaration/template.ts';
import type { Carried, Input } from '../found.ts';
import { fieldName, hasSecretWord, isCodeName, isSecretName } from '../names.ts';
import { oneLine } from '../texts.ts';
import type { Drafting, Section } from './drafting.ts';
import { constantIn, inputPath, writtenRequest } from './written.ts';

/** The request; its fields are added in the order in which they stand in it. */
export function requestOf(drafting: Drafting): Section {
  const { method, path, inputs, body } = drafting.found;
  const chosen = chosenOf(drafting, inputs);
  const entriesIn = (place: Input['in']) =>
    chosen
      .filter((each) => each.in === place)
      .map((each) => [each, templateOf(drafting, each)] as const);
  let written = path;
  for (const [{ at }, value] of entriesIn('path')) {
    written = written.replaceAll(`{${at[0]}}`, () => String(value));
  }
  const before = (['query', 'header', 'cookie'] as const).flatMap(entriesIn);
  const basic = basicOf(drafting);
  if (chosen.some((each) => each.in === 'query' && isSecret(each))) {
    drafting.doubt(
      '/login/0/request/query',
      'servers log the query: prefer a body, if there is one',
    );
  }
  const entries = [...before, ...entriesIn('body')];
  return writtenRequest({ method, path: written, ...(body && { body }) }, entries, basic);
}

/** The inputs that are sent: required ones, and those that the user wants. */
function chosenOf({ answers, questions }: Drafting, inputs: readonly Input[]): readonly Input[] {
  const spare = inputs.filter((each) => !each.required && each.constant === undefined);
  const wanted = answers.inputs;
  if (wanted)
    return inputs.filter((each) => !spare.includes(each) || wanted.includes(inputPath(each)));
  if (spare.length > 0) {
    questions.push({
      about: 'inputs',
      choices: spare.map((each) => ({ value: inputPath(each), label: inputLabel(each) })),
    });
  }
  return inputs;
}

function inputLabel({ at, description }: Input): string {
  const about = description === undefined ? '' : `: ${oneLine(description).slice(0, 60)}`;
  return `${oneLine(at.join('.'))}${about}`;
}

/** Basic authentication; a user without a password is a key. */
function basicOf(drafting: Drafting): Section | undefined {
  const { basic } = drafting.found;
  if (!basic) return undefined;
  const part = (name: string | undefined, isSecret: (name: string) => boolean) =>
    name === undefined ? '' : `{${drafting.addField({ name, secret: isSecret(name) })}}`;
  const isKey = basic.password === undefined;
  const user = part(basic.user, (name) => isKey || hasSecretWord(name));
  return { user, password: part(basic.password, () => true) };
}

/** What stands for an input in the request: a constant, or the placeholder of a field. */
function templateOf(drafting: Drafting, input: Input): unknown {
  const { required, type, description, prefix = '' } = input;
  const isInJson = input.in === 'body' && drafting.found.body === 'json';
  const name = valueName(input);
  const fixed = constantIn(input, name);
  if (fixed !== undefined) {
    if (typeof fixed === 'string') return literal(fixed);
    return isInJson ? fixed : String(fixed);
  }
  const once = input.once ?? isCodeName(name);
  const secret = once || isSecret(input);
  const isCarried = (drafting.found.carried ?? []).some((each) => {
    const place = inputCarried(each);
    return each.kept === undefined && input.in === place.in && name === place.at[0];
  });
  const field = drafting.addFieldOf(input, {
    name: isCarried && secret ? carriedName(name) : isGeneral(name) ? ownName(input) : name,
    secret,
    once,
    optional: once || (!required && input.in !== 'path'),
    description,
  });
  const filter = isInJson && type !== undefined && type !== 'string' ? `|${type}` : '';
  return `${literal(prefix)}{${field}${filter}}`;
}

function isSecret(input: Input): boolean {
  if (input.constant !== undefined) return false;
  return input.secret ?? isSecretName(valueName(input));
}

/** Which input of the login calls carry too. */
export function inputCarried(each: Carried): {
  readonly in: 'header' | 'query';
  readonly at: readonly [string];
} {
  return 'header' in each ? { in: 'header', at: [each.header] } : { in: 'query', at: [each.query] };
}

/** The name of a secret that calls carry: its last word says that it is one. */
function carriedName(name: string): string {
  const plain = fieldName(name);
  if (endsLikeSecret(plain)) return plain;
  const last = secretWords.find((word) => plain.endsWith(word.toLowerCase()))?.length ?? 0;
  return last > 0 ? `${plain.slice(0, -last)}_${plain.slice(-last)}` : `${plain}_key`;
}

/** The name of a value: its own, else that of the member, for an item that of its list. */
function valueName({ at, lists = [], name }: Input): string {
  return name ?? at.findLast((_, index) => !lists.includes(index)) ?? '';
}

/** Whether a name says nothing without that of what it is in. */
function isGeneral(name: string): boolean {
  return ['id', 'name', 'value', 'key', 'type', 'code'].includes(name.toLowerCase());
}

/** `user name` for the name of a user. */
function ownName({ at, lists = [], name }: Input): string {
  const keys = at.filter((_, index) => !lists.includes(index));
  return name ?? keys.slice(-2).join(' ');
}
