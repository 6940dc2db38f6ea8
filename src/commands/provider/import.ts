/** `authctl provider import`: a draft of a declaration from a document, a recording or a curl command. */
import type { Declaration } from '../../declaration/declaration.ts';
import { isProviderName } from '../../declaration/names.ts';
import { AuthctlError } from '../../errors.ts';
import { draftOf } from '../../import/draft.ts';
import { freeName, nameOf } from '../../import/names.ts';
import { nothingFound, operationNamed, pickCandidate } from '../../import/pick.ts';
import { settle } from '../../import/questions.ts';
import type { Candidate } from '../../import/reader.ts';
import { readSource, type Source, type SourceWorld, textOf } from '../../import/sources.ts';
import { isWholeCommand } from '../../import/spoken.ts';
import { draftText } from '../../import/write.ts';
import type { Run } from '../../run.ts';
import type { Conversation } from '../../terminal/conversing.ts';
import { hasColor } from '../../terminal/paint.ts';
import { printable, printableJson } from '../../terminal/printable.ts';

/** The options of the command. */
export interface ImportOptions {
  /** An OpenAPI document, or another that its content tells. */
  readonly path?: string;
  /** A command, or `-` for stdin. */
  readonly curl?: string;
  readonly har?: string;
  readonly postman?: string;
  /** A file with an answer to the login, or `-`. */
  readonly answer?: string;
  /** The request that is the login, such as `POST:/login`. */
  readonly operation?: string;
  /** The name of the provider. */
  readonly name?: string;
  /** Whether to list what was found instead. */
  readonly all: boolean;
  readonly json: boolean;
  readonly noColor: boolean;
}

/**
 * Runs the command: prints a draft, which is no provider yet. On a terminal it asks what the source leaves
 * open.
 *
 * @throws AuthctlError `usage` if there is no login in the source, or not one source
 */
export async function importProvider(
  run: Run,
  providers: readonly Declaration[],
  options: ImportOptions,
): Promise<void> {
  const { context } = run;
  const given = sourceOf(options);
  requireFitting(options);
  const world: SourceWorld = {
    clock: context.clock,
    stdin: context.stdin,
    keepSecret: (value) => run.secrets.add(value),
  };
  await run.interruptible(async (signal) => {
    const isAsking = run.interactive && !options.all;
    const conversation = isAsking ? await talk(run, options.noColor, signal) : undefined;
    const source = await readCommand(run, given, conversation, world);
    const candidates = await readSource(world, source);
    const what = source.kind === 'curl' ? 'the curl command' : JSON.stringify(source.path);
    if (candidates.length === 0) throw nothingFound(what);
    if (options.all) return context.stdout.write(listText(candidates, options.json));
    const chosen = await choose(run, candidates, { what, options, conversation });
    const read = chosen.read();
    const answer =
      options.answer === undefined
        ? undefined
        : (await import('../../import/sample-answer.ts')).answerOf(
            await textOf(world, options.answer),
          );
    const found = answer ? { ...read, answer } : read;
    const name = options.name ?? freeName(nameOf(found.title), providers);
    const draft = conversation
      ? (await settle(conversation, { found, answers: { name } }, { canTry: false })).draft
      : draftOf(found, { name });
    await context.stdout.write(draftText(draft));
    for (const question of draft.questions) run.notices.notice(openWords[question.about]);
  });
}

/** What is open in a draft that nobody was asked about. */
const openWords = {
  server: 'open: check the servers in the draft, or add one',
  inputs: 'open: remove the fields that your login does not send',
  token: 'open: add the place of the token, or give --answer',
  lifetime: 'open: say what the lifetime is counted in',
} as const;

async function talk(run: Run, noColor: boolean, signal: AbortSignal): Promise<Conversation> {
  const { stderr, env } = run.context;
  const colors = hasColor({ isTTY: stderr.isTTY, env, noColor });
  return run.context.converse({ colors, signal });
}

/** @throws AuthctlError `usage` unless there is exactly one source */
function sourceOf({ path, curl, har, postman }: ImportOptions): Source {
  const sources: Source[] = [
    ...(path === undefined ? [] : [{ path }]),
    ...(curl === undefined ? [] : [{ kind: 'curl', command: curl } as const]),
    ...(har === undefined ? [] : [{ kind: 'har', path: har } as const]),
    ...(postman === undefined ? [] : [{ kind: 'postman', path: postman } as const]),
  ];
  const [source, second] = sources;
  if (source && !second) return source;
  throw new AuthctlError(
    'usage',
    source ? 'provider import takes one source, not two' : 'provider import needs a source',
    { hint: 'name a file, or use one of --curl, --har and --postman' },
  );
}

/** @throws AuthctlError `usage` for options that do not go together */
function requireFitting({ all, json, operation, answer, name, ...sources }: ImportOptions): void {
  const { curl, har, postman } = sources;
  if (name !== undefined && !isProviderName(name)) {
    const what = `--name ${JSON.stringify(name)} cannot be the name of a provider`;
    throw new AuthctlError('usage', `${what}: expected lower-case letters, digits and -`);
  }
  if (json && !all) throw new AuthctlError('usage', '-o json needs --all: a draft is YAML');
  const other = operation === undefined ? (answer === undefined ? '' : '--answer') : '--operation';
  if (all && other !== '') throw new AuthctlError('usage', `${other} cannot be used with --all`);
  if ([answer, curl, har, postman].filter((each) => each === '-').length > 1) {
    throw new AuthctlError('usage', 'stdin can be read for one option alone');
  }
}

/** A curl command from stdin, or from the terminal, where it is not shown. */
async function readCommand(
  { context }: Run,
  source: Source,
  conversation: Conversation | undefined,
  world: SourceWorld,
): Promise<Source> {
  if (source.kind !== 'curl' || source.command !== '-') return source;
  const command =
    conversation && context.stdin.isTTY
      ? await conversation.paste('Paste the curl command; it is not shown.', isWholeCommand)
      : await textOf(world, '-');
  return { kind: 'curl', command };
}

/** The request to take: the one that is named, the one that the user picks, or the best. */
async function choose(
  { notices }: Run,
  candidates: readonly Candidate[],
  {
    what,
    options: { operation },
    conversation,
  }: {
    readonly what: string;
    readonly options: ImportOptions;
    readonly conversation: Conversation | undefined;
  },
): Promise<Candidate> {
  if (operation !== undefined) return operationNamed(candidates, operation, what);
  const likely = candidates.filter(({ score }) => score >= 1);
  const [best, second] = likely;
  if (!best) throw nothingFound(what);
  if (conversation && second) return pickCandidate(conversation, candidates);
  const others = likely.slice(1, 3).map((each) => each.operation);
  const rest = others.length === 0 ? '' : `; --operation takes another: ${others.join(', ')}`;
  if (what !== 'the curl command') notices.notice(`the login is ${best.operation}${rest}`);
  return best;
}

/** A table, or an array as JSON. */
function listText(candidates: readonly Candidate[], json: boolean): string {
  if (json) {
    const rows = candidates.map(({ operation, score, summary, reasons }) => ({
      operation,
      score,
      summary,
      reasons,
    }));
    return `${printableJson(JSON.stringify(rows, undefined, 2))}\n`;
  }
  const wide = Math.min(Math.max(...candidates.map(({ operation }) => operation.length)), 50);
  const lines = candidates.map(({ operation, score, summary, reasons }) => {
    const about = [summary, reasons.join(', ')].filter((each) => each !== '').join(': ');
    return `${String(score).padStart(5)}  ${printable(operation.padEnd(wide))}  ${printable(about)}`;
  });
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
