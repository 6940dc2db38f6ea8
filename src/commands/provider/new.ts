/** `authctl provider new`: a conversation that ends with a provider. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Declaration, Place } from '../../declaration/declaration.ts';
import { isProviderName } from '../../declaration/names.ts';
import { describePlace, readAnswer, valueAt } from '../../declaration/place.ts';
import { readDeclaration } from '../../declaration/read.ts';
import { reservedProviderNames } from '../../declaration/reserved.ts';
import { AuthctlError } from '../../errors.ts';
import type { Response, SendOptions } from '../../http/message.ts';
import type { Answers } from '../../import/draft/answers.ts';
import { draftOf } from '../../import/draft.ts';
import type { FoundAnswer, FoundLogin } from '../../import/found.ts';
import { nameOf } from '../../import/names.ts';
import {
  askToken,
  askUrl,
  memberWords,
  type Settled,
  settle,
  urlProblem,
} from '../../import/questions.ts';
import { readSource, type Source, type SourceWorld } from '../../import/sources.ts';
import { fieldsOf, isWholeCommand, loginOf, operationOf, serverOf } from '../../import/spoken.ts';
import { draftText } from '../../import/write.ts';
import { writeOutFile } from '../../output/out-file.ts';
import { filesOf, problemText } from '../../providers/declared.ts';
import { disclose } from '../../providers/disclosure.ts';
import { requireOwnVariables, saveDeclaration } from '../../providers/save.ts';
import type { Run } from '../../run.ts';
import type { Conversation } from '../../terminal/conversing.ts';
import { hasColor } from '../../terminal/paint.ts';
import { freeName, pickCandidate } from './import.ts';

/** The options of the command. */
export interface NewOptions {
  readonly transport: SendOptions;
  readonly noColor: boolean;
}

/**
 * Runs the command. Nothing is written before the end.
 *
 * @throws AuthctlError `usage` without a terminal, and if the user keeps nothing; `interrupted`
 */
export async function newProvider(
  run: Run,
  providers: readonly Declaration[],
  { transport, noColor }: NewOptions,
): Promise<void> {
  const { context, interactive, notices } = run;
  if (!interactive) {
    throw new AuthctlError('usage', 'provider new asks questions, and there is no terminal', {
      hint: 'authctl provider import --help',
    });
  }
  const { stderr, env, clock, uid } = context;
  const colors = hasColor({ isTTY: stderr.isTTY, env, noColor });
  await run.interruptible(async (signal) => {
    const talk = await context.converse({ colors, signal });
    const wizard = new Wizard(run, providers, { talk, transport });
    const { source, baseUrl } = await wizard.run();
    const config = dirname(run.configPath());
    const target = await saveDeclaration(source, { config, uid, clock });
    notices.notice(`added ${source.declaration.name}, in ${target}`);
    await context.stdout.write(`${target}\n`);
    const server = baseUrl === undefined ? '' : ` --base-url ${baseUrl}`;
    talk.say(`Next: authctl login ${source.declaration.name}${server}`);
  });
}

/** The rows of the menu. */
const menuHeight = 8;

/** What the draft is at a moment, as a declaration. */
interface Current extends Settled {
  readonly text: string;
  /** Undefined if something is missing in the draft. */
  readonly declaration: Declaration | undefined;
  readonly problems: readonly string[];
}

class Wizard {
  readonly #run: Run;
  readonly #providers: readonly Declaration[];
  readonly #talk: Conversation;
  readonly #draftTalk: Conversation;
  readonly #transport: SendOptions;
  /** The server of the last try, where the declaration names none. */
  #baseUrl: string | undefined;

  constructor(
    run: Run,
    providers: readonly Declaration[],
    { talk, transport }: { readonly talk: Conversation; readonly transport: SendOptions },
  ) {
    this.#run = run;
    this.#providers = providers;
    // What a server or a source says may repeat a secret. A draft has none, but may have the same words.
    this.#talk = { ...talk, say: (text) => talk.say(run.secrets.redact(text)) };
    this.#draftTalk = talk;
    this.#transport = transport;
  }

  async run() {
    this.#talk.say('Makes a provider of a login. Nothing is kept before the end; Ctrl-C ends it.');
    const begun = await this.#begin();
    let now = await this.#current(await settle(this.#talk, begun, { canTry: true }));
    await this.#show(now);
    let isTried = false;
    for (;;) {
      const picked = await this.#talk.pick('What now?', this.#choices(now, isTried));
      if (picked === 'save' && now.declaration) {
        const { declaration, text } = now;
        const baseUrl = declaration.environments ? undefined : this.#baseUrl;
        return { source: { declaration, text, format: 'yaml' as const }, baseUrl };
      }
      if (picked === 'try') ({ now, isRight: isTried } = await this.#try(now));
      else if (picked === 'token') {
        const { token: _, ...others } = now.answers;
        const said = await askToken(this.#talk, { ...now, answers: others }, { canTry: true });
        now = await this.#current(await settle(this.#talk, said, { canTry: true }));
        await this.#show(now);
      } else if (picked === 'show') await this.#show(now);
      else if (picked === 'file') await this.#write(now);
      else throw new AuthctlError('usage', 'nothing was added');
    }
  }

  #choices({ declaration, answers, draft }: Current, isTried: boolean) {
    const server = answers.server ?? '';
    const where = server === '' ? 'the real server' : server;
    const attempt = {
      value: 'try',
      label: isTried ? 'Try it again' : `Try it: one login at ${where}`,
    };
    const { token } = answerIn(draft.declaration);
    return [
      ...(isTried ? [] : [attempt]),
      ...(declaration
        ? [{ value: 'save', label: `Add the provider ${declaration.name}` }]
        : [{ value: 'file', label: 'Write the draft to a file, to finish it by hand' }]),
      ...(isTried ? [attempt] : []),
      {
        value: 'token',
        label:
          token === undefined
            ? 'Say where the token is'
            : `Take the token from elsewhere than ${describePlace(token)}`,
      },
      { value: 'show', label: 'Show the draft again' },
      { value: 'leave', label: 'Leave, and keep nothing' },
    ];
  }

  /** A login, and the name of the provider. */
  async #begin(): Promise<{ readonly found: FoundLogin; readonly answers: Answers }> {
    for (;;) {
      const picked = await this.#talk.pick('What do you have?', [
        { value: 'curl', label: 'A curl command that logs in' },
        { value: 'file', label: 'A document: OpenAPI, HAR or a Postman collection' },
        { value: 'none', label: 'Neither: I answer six questions' },
      ]);
      try {
        if (picked === 'none') return await this.#questions();
        const found = picked === 'curl' ? await this.#curl() : await this.#document();
        const name = await this.#name(nameOf(found.title));
        const isHost = found.servers.some(({ url }) => url.includes(`//${found.title}`));
        const [server] = found.servers.map(({ url }) => url);
        // Of a command, the server is the one that it names.
        const isClear =
          picked === 'curl' && server !== undefined && urlProblem(server) === undefined;
        return {
          found: isHost ? { ...found, title: name } : found,
          answers: { name, ...(isClear && { server: serverOf(server) }) },
        };
      } catch (error) {
        if (!(error instanceof AuthctlError) || error.code !== 'usage') throw error;
        this.#talk.say(error.message);
      }
    }
  }

  async #curl(): Promise<FoundLogin> {
    const command = await this.#talk.paste(
      'Paste the curl command, and press Enter. It is not shown.',
      isWholeCommand,
    );
    const [candidate] = await this.#read({ kind: 'curl', command });
    if (!candidate) throw new AuthctlError('usage', 'this is no curl command');
    const found = candidate.read();
    const { method, path, servers } = found;
    this.#talk.say(`Read: ${method} ${servers[0]?.url ?? ''}${path}`);
    return found;
  }

  async #document(): Promise<FoundLogin> {
    const path = await this.#talk.text({
      message: 'The file',
      check: (text) => (existsSync(this.#file(text)) ? undefined : 'there is no such file'),
    });
    const candidates = await this.#read({ path: this.#file(path) });
    const [best, second] = candidates;
    if (!best) throw new AuthctlError('usage', 'no login was found in it');
    return (second ? await pickCandidate(this.#talk, candidates) : best).read();
  }

  #file(path: string): string {
    const { HOME: home = '' } = this.#run.context.env;
    return path
      .trim()
      .replace(/^~(?=\/)/, home)
      .replace(/^(['"])(.*)\1$/, '$2');
  }

  async #read(source: Source) {
    const { clock, stdin } = this.#run.context;
    const keepSecret = (value: string) => this.#run.secrets.add(value);
    const world: SourceWorld = { clock, stdin, keepSecret };
    return readSource(world, source);
  }

  /** Asks for the name of the provider, which is that of a file. */
  #name(suggested: string): Promise<string> {
    return this.#talk.text({
      message: 'A name for the provider',
      fallback: freeName(suggested, this.#providers),
      check: (text) => this.#nameProblem(text),
    });
  }

  #nameProblem(text: string): string | undefined {
    if (!isProviderName(text)) return 'lower-case letters, digits and -, with a letter first';
    if (reservedProviderNames.has(text)) return 'this name has a meaning of its own';
    const isTaken =
      this.#providers.some((each) => each.name === text) ||
      filesOf(dirname(this.#run.configPath()), text).length > 0;
    return isTaken ? 'there is a provider of this name already' : undefined;
  }

  /** The six questions; the last one is that of every draft. */
  async #questions() {
    const talk = this.#talk;
    const name = await this.#name('my-api');
    const server = await askUrl(talk);
    const operation = await talk.text({
      message: 'The request that logs in',
      fallback: 'POST /login',
      check: (text) =>
        operationOf(text) ? undefined : 'a method and a path, such as POST /auth/login',
    });
    const sent = await talk.pick('How does it send what it needs?', [
      { value: 'json', label: 'as JSON' },
      { value: 'form', label: 'as a form' },
      { value: 'basic', label: 'as HTTP Basic: a user name and a password in a header' },
    ]);
    const kind = sent === 'form' || sent === 'basic' ? sent : 'json';
    const spoken = { title: name, server: serverOf(server), operation, sent: kind } as const;
    const fields = await talk.text({
      message: "What it sends, in the API's words (name=value if fixed)",
      fallback: 'username, password',
      check: (text) => {
        if (!fieldsOf(text)) return 'names, with commas between';
        return loginOf({ ...spoken, fields: text })
          ? undefined
          : 'HTTP Basic has two: a user name and a password';
      },
    });
    const found = loginOf({ ...spoken, fields });
    if (!found) throw new AuthctlError('usage', 'this is no login');
    const answers = { name, server: spoken.server };
    return askToken(talk, { found, answers }, { canTry: true });
  }

  /** The draft as it is now; one whose token is unknown can be tried, and not saved. */
  async #current({ found, answers }: Omit<Settled, 'draft'>): Promise<Current> {
    const draft = draftOf(found, answers);
    const text = draftText(draft);
    const { declaration, problems = [] } = await readDeclaration(Buffer.from(text), {
      format: 'yaml',
      builtIn: this.#providers.filter(({ file }) => !file).map((each) => each.name),
    });
    const words = problems.map(({ line: _, ...problem }) => problemText(problem));
    const own = declaration ? this.#variables(declaration) : undefined;
    return {
      ...{ found, answers, draft, text },
      declaration: own === undefined ? declaration : undefined,
      problems: own === undefined ? words : [own],
    };
  }

  #variables(declaration: Declaration): string | undefined {
    try {
      requireOwnVariables(declaration, this.#providers);
      return undefined;
    } catch (error) {
      if (error instanceof AuthctlError) return error.message;
      throw error;
    }
  }

  /** The draft, and what it does with secrets, a screen at a time. */
  async #show(now: Current): Promise<void> {
    const lines = now.text.trimEnd().split('\n').slice(1);
    const declaration = now.declaration ?? (await this.#provisional(now));
    const open =
      now.declaration || !declaration
        ? now.problems.map((problem) => `still open: ${problem}`)
        : ['Where the token is, is still open: a real login shows it.'];
    const told = declaration ? disclose(declaration, this.#run.context.env).lines : [];
    const about = told.map((line) => `It ${line}.`);
    await this.#pages(['', ...lines], ['', ...about, ...open]);
  }

  /** Lines a screen at a time, and what is to stand above the menu after them. */
  async #pages(lines: readonly string[], last: readonly string[]): Promise<void> {
    const talk = this.#draftTalk;
    const height = (line: string) => Math.max(1, Math.ceil(line.length / talk.columns()));
    const wait = () => talk.wait('-- Enter goes on --');
    let used = 0;
    for (const line of lines) {
      if (used + height(line) > talk.rows() - 2) {
        await wait();
        used = 0;
      }
      talk.say(line);
      used += height(line);
    }
    const rest = last.reduce((sum, line) => sum + height(line), 0);
    if (used + rest + menuHeight > talk.rows()) await wait();
    for (const line of last) talk.say(line);
  }

  /** Logs in once, and tells what came back: never its texts. */
  async #try(now: Current): Promise<{ readonly now: Current; readonly isRight: boolean }> {
    const talk = this.#talk;
    const failed = { now, isRight: false };
    const declaration = now.declaration ?? (await this.#provisional(now));
    if (!declaration) {
      for (const problem of now.problems) talk.say(`still open: ${problem}`);
      return failed;
    }
    if (!declaration.environments) this.#baseUrl = await askUrl(talk);
    const { error, response } = await this.#login(declaration);
    if (!response) {
      talk.say(error?.message ?? 'nothing was sent');
      return failed;
    }
    const { answerOf } = await import('../../import/sample-answer.ts');
    const answer = answerOrNone(() =>
      answerOf(new TextDecoder().decode(response.body), pairsOf(response), {
        status: response.status,
      }),
    );
    this.#tell(response, answer);
    if (response.status >= 300 || !answer) {
      const { message, details } = error ?? { message: 'this is no answer to a login' };
      talk.say(details?.serverWords ? `${message}: ${details.serverWords.slice(0, 200)}` : message);
      return failed;
    }
    const next = await this.#current(
      await settle(talk, withAnswer(now, answer, response), { canTry: false }),
    );
    this.#tellPlaces(next, response);
    return { now: next, isRight: next.declaration !== undefined };
  }

  /** With some place for the token, for a login that is to show where it is. */
  async #provisional({ found, answers }: Current): Promise<Declaration | undefined> {
    const token = answers.token ?? '/token';
    return (await this.#current({ found, answers: { ...answers, token } })).declaration;
  }

  /** Sends the login alone, and stores nothing. @throws AuthctlError `interrupted`, `terminated` */
  async #login(declaration: Declaration) {
    const { profile, profileGiven } = this.#run;
    const { allowHttp = false } = this.#transport;
    let response: Response | undefined;
    const steps = this.#run.trial(
      {
        ...{ declaration, profile, profileGiven, flags: new Map() },
        server: { baseUrl: this.#baseUrl, environment: undefined, allowHttp },
        transport: this.#transport,
      },
      undefined,
      (each) => {
        response = each;
      },
    );
    let error: AuthctlError | undefined;
    try {
      const { value: step } = await steps.next();
      error = step?.error;
    } catch (thrown) {
      if (!(thrown instanceof AuthctlError)) throw thrown;
      error = thrown;
    } finally {
      await steps.return(undefined);
    }
    if (error && ['interrupted', 'terminated'].includes(error.code)) throw error;
    return { error, response: response as Response | undefined };
  }

  /** The names, types and lengths of an answer. */
  #tell({ status }: Response, answer: FoundAnswer | undefined): void {
    const members = answer?.members ?? [];
    const most = Math.max(this.#talk.rows() - 12, 5);
    const shown = members.slice(0, most).map((member) => `  ${memberWords(member)}`);
    const more = members.length - shown.length;
    const lines = [
      '',
      `The server answered ${status}${members.length === 0 ? '' : ', with'}`,
      ...shown,
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
    this.#talk.say(lines.join('\n'));
  }

  /** The places that a login would take. */
  #tellPlaces({ draft }: Current, response: Response): void {
    const { token, refreshToken, keep = {}, lifetime } = answerIn(draft.declaration);
    const answer = readAnswer(response);
    const at = (what: string, place: Place | undefined) => {
      if (place === undefined) return [];
      const isThere = valueAt(answer, place) !== undefined;
      return [`  ${what}: ${describePlace(place)}${isThere ? '' : ', where there is nothing'}`];
    };
    const lines = [
      ...at('the token', token),
      ...at('the refresh token', refreshToken),
      ...Object.entries(keep).flatMap(([name, { at: place }]) => at(name, place)),
      ...at('the lifetime', lifetime?.at ?? lifetime?.until?.at),
    ];
    this.#talk.say(['It takes', ...lines, ''].join('\n'));
  }

  /** Writes a draft that is not valid yet to the current directory. @throws AuthctlError */
  async #write({ answers, text }: Current): Promise<void> {
    const { clock, uid } = this.#run.context;
    const path = `${answers.name ?? 'draft'}.yaml`;
    if (existsSync(path)) {
      this.#talk.say(`${path} exists, and stays as it is`);
      return;
    }
    await writeOutFile(path, text, { clock, uid });
    this.#talk.say(`wrote ${path}; authctl provider check ${path} says what is missing`);
  }
}

/** The part of a draft that reads an answer. */
interface AnswerPart {
  readonly token?: Place;
  readonly refreshToken?: Place;
  readonly keep?: Readonly<Record<string, { readonly at: Place }>>;
  readonly lifetime?: { readonly at?: Place; readonly until?: { readonly at: Place } };
}

function answerIn({ answer }: Settled['draft']['declaration']): AnswerPart {
  return (answer ?? {}) as AnswerPart;
}

/** What was said, as far as it fits the answer that came. */
function withAnswer(
  { found, answers, draft }: Settled,
  answer: FoundAnswer,
  response: Response,
): Omit<Settled, 'draft'> {
  const { token: said, lifetime, ...others } = answers;
  const place = said ?? answerIn(draft.declaration).token;
  const value = place === undefined ? undefined : valueAt(readAnswer(response), place);
  const token = typeof value === 'string' && value !== '' ? place : undefined;
  const now = { ...found, answer };
  const asks = (login: FoundLogin) => {
    const question = draftOf(login, others).questions.find(({ about }) => about === 'lifetime');
    return JSON.stringify(question && 'place' in question ? question.place : undefined);
  };
  const isSame = lifetime !== undefined && asks(found) === asks(now);
  return {
    found: now,
    answers: {
      ...others,
      ...(token !== undefined && { token }),
      ...(isSame && { lifetime }),
    },
  };
}

/** The headers of an answer, each as it came. */
function pairsOf({ headers, cookies }: Response) {
  const others = Object.entries(headers).filter(([name]) => name !== 'set-cookie');
  return [...others, ...cookies.map((value) => ['set-cookie', value] as const)];
}

function answerOrNone(read: () => FoundAnswer): FoundAnswer | undefined {
  try {
    const answer = read();
    return answer.members.length === 0 ? undefined : answer;
  } catch (error) {
    if (error instanceof AuthctlError) return undefined;
    throw error;
  }
}
