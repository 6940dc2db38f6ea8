/** What the answer to a login of a document has. */
import type { Place } from '../../declaration/declaration.ts';
import { escaped } from '../../declaration/pointer.ts';
import type { AnswerMember, FoundAnswer, FoundDoubt } from '../found.ts';
import { lifetimeOf } from '../names.ts';
import { isToken } from '../texts.ts';
import type { Node } from './node.ts';
import { type Answer, type Api, answersOf, type Body, type Operation } from './operations.ts';
import { examplesOf, facetsOf, lastOf, leavesOf, membersOf, textOf, typeOf } from './schema.ts';

/** An answer, with the doubts about it. */
export interface Answered {
  readonly answer?: FoundAnswer;
  readonly doubts: readonly FoundDoubt[];
}

/** Reads what the answer to an operation has. */
export function answerOf(api: Api, operation: Operation): Answered {
  const answers = answersOf(operation, api);
  const [first] = answers;
  if (!first) return { doubts: [] };
  const doubts: FoundDoubt[] = [];
  const doubt = (text: string) => doubts.push({ pointer: '/answer', text });
  const headers = headersOf(first, api.version, doubt);
  const body = bodyOf(first.bodies);
  const members = body ? bodyMembers(body, doubt) : [];
  if (first.bodies.length > 0 && !body) {
    doubt(`the answer is of the type ${first.bodies[0]?.type}, which is not read`);
  }
  const all = [...members, ...headers];
  const prose = `${operation.description} ${first.node.text('description')}`;
  if (all.length === 0 && /cookie/i.test(prose)) {
    doubt('the document speaks of a cookie, and does not say its name');
  }
  if (all.every(({ name }) => lifetimeOf(name) === undefined)) {
    const said = lifetimeInProse(
      `${operation.summary} ${operation.description} ${first.node.text('description')}`,
    );
    if (said !== undefined) {
      doubt(`the document says: "${said}"; if that holds for every token, add "lifetime"`);
    }
  }
  const { status } = first;
  return { answer: { ...(status !== 200 && { status }), members: all }, doubts };
}

/** The names in the answer of an operation, for a look at it; an empty one is a whole text. */
export function lookAtAnswer(api: Api, operation: Operation): readonly string[] {
  const [first] = answersOf(operation, api);
  const body = first && bodyOf(first.bodies);
  const names = new Set(first?.node.get('headers').keys ?? []);
  if (!body) return [...names];
  const { members, facets } = membersOf(body.schema);
  const type = typeOf(facets);
  if (body.kind === 'text' || type === 'string') names.add('');
  const items = type === 'array' ? facets.map((each) => each.get('items')) : [];
  for (const each of items) for (const { at } of membersOf(each).members) names.add(lastOf(at));
  for (const { at } of members) names.add(lastOf(at));
  for (const { value } of examplesOf(body.node, body.schema)) {
    for (const { at } of leavesOf(Array.isArray(value) ? value[0] : value)) names.add(lastOf(at));
  }
  return [...names];
}

/** JSON first, then plain text. */
function bodyOf(bodies: readonly Body[]): Body | undefined {
  return (
    bodies.find(({ kind, type }) => kind === 'json' && type !== '*/*') ??
    bodies.find(({ kind }) => kind === 'json') ??
    bodies.find(({ kind }) => kind === 'text')
  );
}

function bodyMembers(
  { kind, schema, node }: Body,
  doubt: (text: string) => void,
): readonly AnswerMember[] {
  const { facets } = facetsOf(schema);
  const type = typeOf(facets);
  const description = textOf(facets, 'description');
  const about = description === '' ? {} : { description };
  if (kind === 'text') return [{ place: { text: true }, name: '', type: 'string', ...about }];
  if (type === 'string') return [{ place: '', name: '', type: 'string', ...about }];
  const items =
    type === 'array'
      ? facets.map((each) => each.get('items')).find((each) => each.isMap)
      : undefined;
  const { members, forms } = membersOf(items ?? schema);
  const prefix = items ? ['0'] : [];
  if (forms > 1)
    doubt(`the document shows ${forms} kinds of answers: only one of them may have the token`);
  const shown = members
    .filter(({ facets: own }) => !['array', 'object'].includes(typeOf(own)))
    .map(({ at, facets: own }) => memberOf([...prefix, ...at], own));
  const known = new Set(shown.map(({ place }) => JSON.stringify(place)));
  const examples = examplesOf(node, schema).flatMap(({ value }) => {
    const isList = Array.isArray(value);
    return leavesOf(isList ? value[0] : value).map((leaf) => ({
      ...leaf,
      at: [...(isList ? ['0'] : []), ...leaf.at],
    }));
  });
  const more: AnswerMember[] = [];
  for (const { at, value } of examples) {
    const member = exampleMember(at, value);
    if (Array.isArray(value) || known.has(JSON.stringify(member.place))) continue;
    known.add(JSON.stringify(member.place));
    more.push(member);
  }
  const hints = new Map(examples.map(({ at, value }) => [pointerOf(at), value]));
  return [...shown, ...more]
    .map((member) => {
      const { place, sample } = member;
      const hint = typeof place === 'string' ? harmless(hints.get(place)) : undefined;
      return sample === undefined && hint !== undefined ? { ...member, sample: hint } : member;
    })
    .sort((a, b) => depthOf(a.place) - depthOf(b.place));
}

function depthOf(place: Place): number {
  return typeof place === 'string' ? place.split('/').length : 0;
}

function pointerOf(at: readonly string[]): string {
  return at.map((key) => `/${escaped(key)}`).join('');
}

function memberOf(at: readonly string[], facets: readonly Node[]): AnswerMember {
  const format = textOf(facets, 'format');
  const description = textOf(facets, 'description');
  const sample = facets
    .map((each) => harmless(each.raw('example')))
    .find((each) => each !== undefined);
  return {
    place: pointerOf(at),
    name: lastOf(at),
    type: answerType(typeOf(facets)),
    ...(format !== '' && { format: /^date-?time$/i.test(format) ? 'date-time' : format }),
    ...(sample !== undefined && { sample }),
    ...(description !== '' && { description }),
  };
}

function exampleMember(at: readonly string[], value: unknown): AnswerMember {
  const sample = harmless(value);
  return {
    place: pointerOf(at),
    name: lastOf(at),
    type: answerType(typeof value),
    ...(sample !== undefined && { sample }),
    ...(typeof value === 'string' && { length: value.length }),
  };
}

function answerType(type: string): AnswerMember['type'] {
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'string' || type === 'boolean' ? type : 'other';
}

/** A sample that is no credential. */
function harmless(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  return /^\d{4}-\d\d-\d\d([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?$/.test(value) ? value : undefined;
}

function headersOf(
  { node }: Answer,
  version: 2 | 3,
  doubt: (text: string) => void,
): readonly AnswerMember[] {
  const headers = node.get('headers');
  return headers.keys.flatMap((name): readonly AnswerMember[] => {
    const header = headers.get(name);
    const { facets } = facetsOf(version === 2 ? header : header.get('schema'));
    const description = header.text('description');
    if (/^set-cookie$/i.test(name)) {
      const example = [header, ...facets]
        .map((each) => each.text('example'))
        .find((each) => each !== '');
      const cookie = /^\s*([^\s;,="\p{C}]+)=/u.exec(example ?? '')?.[1];
      if (cookie === undefined) {
        doubt('the answer sets a cookie, whose name the document does not say');
        return [];
      }
      return [{ place: { cookie }, name: cookie, type: 'string' }];
    }
    if (!isToken(name) || /rate|^date$|^content-/i.test(name)) return [];
    const member = memberOf([name], facets);
    const about = description === '' ? {} : { description };
    return [{ ...member, ...about, place: { header: name }, name }];
  });
}

/** What prose says about how long a token lives. */
function lifetimeInProse(text: string): string | undefined {
  const sentences = text.slice(0, 20_000).split(/(?<=[.!?])\s+|\n\s*\n/);
  return sentences
    .map((each) => each.replace(/\s+/g, ' ').trim())
    .find(
      (each) =>
        /\b(expires?|expiration|valid|lifetime|lives?|duration|ttl)\b/i.test(each) &&
        /\d/.test(each) &&
        /\b(token|session|jwt|login)\b/i.test(each) &&
        each.length < 300,
    );
}
