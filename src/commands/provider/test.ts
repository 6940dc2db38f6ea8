/** `authctl provider test <name>`: tries a provider step by step, and says what was found. */
import { randomBytes } from 'node:crypto';
import type { TargetOptions } from '../../client/target.ts';
import type { Exchange, Step } from '../../client/trial.ts';
import { writeOutFile } from '../../output/out-file.ts';
import { requestText } from '../../output/request.ts';
import type { Run } from '../../run.ts';
import { samplesOf } from '../../sandbox/samples.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { printable, printableJson } from '../../terminal/printable.ts';

/** The options of the command. */
export interface TestOptions {
  /** Whether to ask the real server instead of a sandbox. */
  readonly real: boolean;
  /** The file to write what was sent and answered to. */
  readonly fixture?: string;
}

/**
 * Runs the command. Nothing is stored.
 *
 * @returns the exit code: of the first step that failed, else 0
 * @throws AuthctlError if a trial cannot be made
 */
export async function testProvider(
  run: Run,
  options: TargetOptions,
  { real, fixture }: TestOptions,
): Promise<number> {
  const { declaration } = options;
  const { context } = run;
  const { clock, uuid } = context;
  const sandbox = real
    ? undefined
    : await startSandbox([declaration], { now: clock.now, uuid, random: randomBytes });
  if (sandbox) {
    const server = declaration.environments?.[0]?.baseUrl ?? 'your server';
    run.notices.notice(`asks a sandbox made of the declaration; --real asks ${server}`);
  }
  try {
    const demo = sandbox && {
      baseUrl: `${sandbox.origin}/${declaration.name}`,
      credentials: new Map(Object.entries(samplesOf(declaration).credentials)),
    };
    const steps: Step[] = [];
    for await (const step of run.trial(options, demo)) {
      steps.push(step);
      await context.stdout.write(stepText(step));
    }
    if (fixture !== undefined) {
      const text = JSON.stringify(transcript(declaration.name, steps), undefined, 2);
      await writeOutFile(fixture, `${printableJson(text)}\n`, {
        clock,
        uid: context.uid,
      });
      run.notices.notice(`wrote ${fixture}: look at it before you share it`);
    }
    const failed = steps.find(({ error }) => error);
    return failed?.error?.exitCode ?? 0;
  } finally {
    await sandbox?.close();
  }
}

/** A step as a paragraph. */
function stepText({ name, exchanges, found, error }: Step): string {
  const lines = [
    `${name}: ${error ? 'failed' : 'ok'}`,
    ...exchanges.flatMap(({ request, status, found: foundHere }) => [
      ...requestText(request).trimEnd().split('\n'),
      `answered ${status}`,
      ...foundHere.map((words) => printable(words)),
    ]),
    ...found.map((words) => printable(words)),
    ...(error ? [printable(error.message)] : []),
    ...(error?.details.serverWords !== undefined
      ? [`the server says: ${printable(error.details.serverWords)}`]
      : []),
    ...(error?.details.hint !== undefined ? [`hint: ${error.details.hint}`] : []),
  ];
  const [head = '', ...rest] = lines;
  return `${printable(head)}\n${rest.map((line) => `${`  ${line}`.trimEnd()}\n`).join('')}`;
}

/** What was sent and answered, for a contract fixture or a bug report. */
function transcript(provider: string, steps: readonly Step[]) {
  const shown = ({ request, status, headers, body, found }: Exchange) => ({
    request,
    answer: { status, headers: maskedHeaders(headers), body: maskedBody(body) },
    ...(found.length > 0 && { found }),
  });
  return {
    provider,
    steps: steps.map(({ name, exchanges, found, error }) => ({
      name,
      exchanges: exchanges.map(shown),
      found,
      ...(error && { error: { code: error.code, message: error.message } }),
    })),
  };
}

/** In characters: what is shorter is a word or a number. */
const longWord = 16;

/** What may be a secret that the declaration does not name: the places of tokens may be wrong. */
function maskedText(text: string): string {
  return text.replace(new RegExp(`[^\\s"'<>=:;,{}]{${longWord},}`, 'g'), '***');
}

function maskedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      name === 'set-cookie'
        ? value.replace(/(^|, )([^=;,]+)=[^;]*/g, '$1$2=***')
        : maskedText(value),
    ]),
  );
}

function maskedBody(body: string): unknown {
  try {
    return maskedJson(JSON.parse(body), '');
  } catch {
    return maskedText(body);
  }
}

function maskedJson(value: unknown, name: string): unknown {
  if (typeof value === 'string') {
    const isSecret =
      /token|secret|password|jwt|key|session|ticket|cookie|auth|csrf|challenge|assertion|nonce|otp|^sid$/i.test(
        name,
      );
    return isSecret && value !== '' ? '***' : maskedText(value);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => maskedJson(item, name));
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, maskedJson(each, key)]),
  );
}
