/** Asks the user what a draft leaves open. */
import type { Place } from '../declaration/declaration.ts';
import { describePlace } from '../declaration/place.ts';
import { AuthctlError } from '../errors.ts';
import { isLoopback, parseBaseUrl } from '../http/base-url.ts';
import type { Conversation, Item } from '../terminal/conversing.ts';
import { durationWords } from '../terminal/duration.ts';
import type { Answers, LifetimeUnit, Question } from './draft/answers.ts';
import { type Draft, draftOf } from './draft.ts';
import type { AnswerMember, FoundLogin } from './found.ts';
import { tokenScore } from './names.ts';
import { placeOf, serverOf } from './spoken.ts';

/** What the user has said of a login. */
export interface Settled {
  readonly found: FoundLogin;
  readonly answers: Answers;
  readonly draft: Draft;
}

/**
 * Asks every open question once.
 *
 * @param canTry whether the token's place may stay open, because a login will be tried
 */
export async function settle(
  conversation: Conversation,
  { found, answers }: Omit<Settled, 'draft'>,
  { canTry }: { readonly canTry: boolean },
): Promise<Settled> {
  let now = { found, answers };
  // A login shows better than a guess where the token is.
  const asked = new Set<string>(canTry && !hasMembers(found) ? ['token'] : []);
  for (;;) {
    const draft = draftOf(now.found, now.answers);
    const question = draft.questions.find(({ about }) => !asked.has(about));
    if (!question) return { ...now, draft };
    asked.add(question.about);
    now = await answered(conversation, now, question, canTry);
  }
}

function hasMembers({ answer }: FoundLogin): boolean {
  return (answer?.members.length ?? 0) > 0;
}

async function answered(
  conversation: Conversation,
  { found, answers }: Omit<Settled, 'draft'>,
  question: Question,
  canTry: boolean,
): Promise<Omit<Settled, 'draft'>> {
  switch (question.about) {
    case 'server':
      return {
        found,
        answers: { ...answers, server: await askServer(conversation, found, question) },
      };
    case 'inputs': {
      const all = question.choices.map(({ value }) => value);
      const message = 'Which of these does your login send?';
      const inputs = await conversation.some(message, question.choices, all);
      return { found, answers: { ...answers, inputs } };
    }
    case 'lifetime': {
      const lifetime = await askUnit(conversation, question);
      return { found, answers: { ...answers, lifetime } };
    }
    case 'token':
      return askToken(conversation, { found, answers }, { canTry });
  }
}

async function askServer(
  conversation: Conversation,
  found: FoundLogin,
  { choices }: Extract<Question, { about: 'server' }>,
): Promise<string> {
  const local = found.servers.filter(
    ({ url }) => URL.canParse(url) && isLoopback(new URL(url).hostname),
  );
  const items: Item[] = [
    ...choices,
    ...local.map(({ url }) => ({ value: url, label: `${url} (on this machine)` })),
  ];
  const first = items[0];
  if (!first) return askUrl(conversation);
  const picked = await conversation.pick('Which server? Your password will go there.', [
    ...items,
    { value: 'another', label: 'another one' },
    { value: '', label: 'every customer has one of their own (named at each login)' },
  ]);
  return picked === 'another' ? askUrl(conversation) : serverOf(picked);
}

/** Asks for a server. */
export async function askUrl(conversation: Conversation): Promise<string> {
  const answer = await conversation.text({
    message: "The server's URL, such as https://api.example.com/v1",
    check: urlProblem,
  });
  return serverOf(answer);
}

/** What is wrong with a server that was typed. */
export function urlProblem(text: string): string | undefined {
  const plain = serverOf(text).replace(/\{[a-z][a-z0-9_]*\}/g, 'x');
  try {
    parseBaseUrl(plain);
    return undefined;
  } catch (error) {
    if (error instanceof AuthctlError) return error.message;
    throw error;
  }
}

const units: readonly (readonly [LifetimeUnit, string])[] = [
  ['s', 'seconds from now'],
  ['ms', 'milliseconds from now'],
  ['min', 'minutes from now'],
  ['h', 'hours from now'],
  ['epoch-s', 'a moment: seconds since 1970'],
  ['epoch-ms', 'a moment: milliseconds since 1970'],
  ['iso', 'a moment as text, such as 2030-01-31T12:00:00Z'],
  ['none', 'none of these: it is no lifetime'],
];

async function askUnit(
  conversation: Conversation,
  { place, sample }: Extract<Question, { about: 'lifetime' }>,
): Promise<LifetimeUnit> {
  const likely: LifetimeUnit =
    sample === undefined || /^\d{1,8}$/.test(sample)
      ? 's'
      : /^\d{10}$/.test(sample)
        ? 'epoch-s'
        : /^\d{13}$/.test(sample)
          ? 'epoch-ms'
          : 'iso';
  const sorted = [...units].sort((a, b) => Number(b[0] === likely) - Number(a[0] === likely));
  const shown = sample === undefined ? '' : ` (${sample})`;
  const picked = await conversation.pick(
    `How does ${describePlace(place)}${shown} say when the token ends?`,
    sorted.map(([value, label]) => ({ value, label: `${label}${meaning(value, sample)}` })),
  );
  return units.find(([value]) => value === picked)?.[0] ?? 'none';
}

const milliseconds: Readonly<Partial<Record<LifetimeUnit, number>>> = {
  ...{ s: 1000, ms: 1, min: 60_000, h: 3_600_000 },
  ...{ 'epoch-s': 1000, 'epoch-ms': 1 },
};

/** What the number that was found means in a unit. */
function meaning(unit: LifetimeUnit, sample = ''): string {
  const size = milliseconds[unit];
  if (size === undefined || !/^\d{1,13}$/.test(sample)) return '';
  const time = Number(sample) * size;
  if (!unit.startsWith('epoch')) return `: ${durationWords(time)}`;
  const date = new Date(time);
  return Number.isNaN(date.getTime())
    ? ''
    : `: ${date.toISOString().slice(0, 'yyyy-mm-dd'.length)}`;
}

/** Asks where the token is. Its place may stay open. */
export async function askToken(
  conversation: Conversation,
  { found, answers }: Omit<Settled, 'draft'>,
  { canTry }: { readonly canTry: boolean },
): Promise<Omit<Settled, 'draft'>> {
  const members = [...(found.answer?.members ?? [])]
    .filter(({ type }) => type === 'string')
    .sort((a, b) => tokenScore(b.name) - tokenScore(a.name) || (b.length ?? 0) - (a.length ?? 0));
  const others = [
    ...(canTry ? [{ value: 'try', label: 'I do not know: find out with a real login' }] : []),
    { value: 'member', label: 'a member of its JSON: I type the name' },
    { value: 'header', label: 'a header' },
    { value: 'cookie', label: 'a cookie' },
    { value: 'text', label: 'the whole answer is the token' },
    { value: 'paste', label: 'I paste an answer (it is not shown)' },
    ...(canTry ? [] : [{ value: 'open', label: 'I do not know: leave it open' }]),
  ];
  const message = 'Where is the token in the answer?';
  const shown = members.map((member, index) => ({
    value: String(index),
    label: memberWords(member),
  }));
  let picked =
    shown.length === 0
      ? 'elsewhere'
      : await conversation.pick(message, [...shown, { value: 'elsewhere', label: 'elsewhere' }]);
  if (picked === 'elsewhere') picked = await conversation.pick(message, others);
  if (picked === 'try' || picked === 'open') return { found, answers };
  if (picked === 'paste') return pasteAnswer(conversation, { found, answers }, { canTry });
  return {
    found,
    answers: { ...answers, token: await placePicked(conversation, picked, members) },
  };
}

async function placePicked(
  conversation: Conversation,
  picked: string,
  members: readonly AnswerMember[],
): Promise<Place> {
  const named = async (message: string) => conversation.text({ message });
  switch (picked) {
    case 'member':
      return placeOf(await named('Its name, such as token or data.token'));
    case 'header':
      return { header: await named('The name of the header, such as X-Auth-Token') };
    case 'cookie':
      return { cookie: await named('The name of the cookie, such as sid') };
    case 'text':
      return { text: true };
    default:
      return members[Number(picked)]?.place ?? '/token';
  }
}

async function pasteAnswer(
  conversation: Conversation,
  { found, answers }: Omit<Settled, 'draft'>,
  options: { readonly canTry: boolean },
): Promise<Omit<Settled, 'draft'>> {
  const { answerOf } = await import('./sample-answer.ts');
  const text = await conversation.paste(
    'Paste the answer; it is not shown. An empty line ends it.',
    isJson,
  );
  try {
    const now = { found: { ...found, answer: answerOf(text) }, answers };
    const isFound = draftOf(now.found, answers).questions.every(({ about }) => about !== 'token');
    return isFound ? now : askToken(conversation, now, options);
  } catch (error) {
    if (!(error instanceof AuthctlError)) throw error;
    conversation.say(error.message);
    return askToken(conversation, { found, answers }, options);
  }
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** A member of an answer in words: where it is, its type and its length, and never its text. */
export function memberWords({ place, type, length }: AnswerMember): string {
  const long =
    length === undefined ? '' : `, ${length} ${length === 1 ? 'character' : 'characters'}`;
  const words = {
    string: 'text',
    number: 'a number',
    boolean: 'true or false',
    other: 'something',
  };
  return `${describePlace(place)}: ${words[type]}${long}`;
}
