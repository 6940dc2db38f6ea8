/** The output formats, as a table: a new format is one entry. */
import { isAbsolute } from 'node:path';
import { didYouMean, nearest } from '../declaration/nearest.ts';
import { AuthctlError, type Hint, type HintPart, hint, named } from '../errors.ts';
import { azureCommands } from './azure.ts';
import { curlConfig, headerLines } from './curl.ts';
import { dotenvText } from './dotenv.ts';
import { setStatements } from './env.ts';
import { githubOutcome } from './github.ts';
import { jsonText } from './json.ts';
import type { Outcome, Result } from './result.ts';
import { detectShell } from './shell-detect.ts';
import { isShellName, type ShellName, shells } from './shells.ts';
import { tokenLine } from './token-line.ts';
import { type VariableNames, variableNames, variablesOf } from './variables.ts';

/** The options of the command line, and what formats need from the outside. */
export interface OutputOptions {
  readonly provider: string;
  /** The names of kept values. */
  readonly keep?: readonly string[];
  /** -o; `token` by default. */
  readonly format?: string | undefined;
  /** --shell. */
  readonly shell?: string | undefined;
  /** --var. */
  readonly variable?: string | undefined;
  /** --step-output. */
  readonly stepOutput?: boolean | undefined;
  /** --out-file. */
  readonly outFile?: string | undefined;
  /** Called if --shell is not given. */
  readonly parentProcess: () => string | undefined;
  /** The values of GITHUB_ENV and GITHUB_OUTPUT. */
  readonly githubEnv?: string | undefined;
  readonly githubOutput?: string | undefined;
  /** A fresh random UUID. */
  readonly uuid: () => string;
}

/** @throws AuthctlError `token_unusable` for a token that the format cannot represent */
export type Render = (result: Result) => Outcome;

interface Format {
  /** For help and completions. */
  readonly summary: string;
  /** The options that apply to it. */
  readonly takes: readonly (keyof typeof formatFlags)[];
  /** Checks everything that can be checked without a result. */
  readonly prepare: (options: OutputOptions, names: VariableNames) => Render;
}

/** The options that apply only to some formats. */
export const formatFlags = {
  shell: '--shell',
  variable: '--var',
  stepOutput: '--step-output',
  outFile: '--out-file',
} as const;

/** Prepares a format that depends only on the result. */
const text = (make: (result: Result) => string) => () => (result: Result) => ({
  stdout: make(result),
});

/** By the value of -o. */
export const formats = {
  token: {
    summary: 'the token alone',
    takes: ['outFile'],
    prepare: text(({ tokenSet }) => tokenLine(tokenSet)),
  },
  json: { summary: 'everything, as one object', takes: ['outFile'], prepare: text(jsonText) },
  env: {
    summary: 'statements that set variables, for a shell to evaluate',
    takes: ['shell', 'variable', 'outFile'],
    prepare: (options, names) => {
      const shell = chooseShell(options);
      const guessed = options.shell === undefined;
      return (result) => ({
        stdout: setStatements(shell, variablesOf(result, names), { guessed }),
      });
    },
  },
  dotenv: {
    summary: 'lines for a .env file',
    takes: ['variable', 'outFile'],
    prepare: (_, names) => (result) => ({ stdout: dotenvText(variablesOf(result, names)) }),
  },
  header: {
    summary: 'the headers that carry the token',
    takes: ['outFile'],
    prepare: text(({ carried }) => headerLines(carried.carriers())),
  },
  curl: {
    summary: 'a config for curl --config',
    takes: ['outFile'],
    prepare: text(({ carried }) => curlConfig(carried.carriers())),
  },
  github: {
    summary: 'variables for the next steps of a GitHub Actions job',
    // Not outFile: the masks must be printed to the runner's log.
    takes: ['variable', 'stepOutput'],
    prepare: (options, names) => {
      const path = githubFile(options);
      return (result) => githubOutcome(result, variablesOf(result, names), path, options.uuid());
    },
  },
  azure: {
    summary: 'variables for the next steps of an Azure Pipelines job',
    takes: ['variable', 'outFile'],
    prepare: (_, names) => (result) => ({ stdout: azureCommands(variablesOf(result, names)) }),
  },
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof formats;

export function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(formats, name);
}

/**
 * Checks the options and prepares the format, before any request is sent.
 *
 * @throws AuthctlError `usage` for an unknown format or shell, an invalid variable, and an option that
 *   does not apply to the format; `setting_missing` without GITHUB_ENV or GITHUB_OUTPUT
 */
export function outputFormat(options: OutputOptions): Render {
  const name = options.format ?? 'token';
  if (!isFormatName(name))
    throw unknown('output format', name, formats, hint`-o takes ${list(formats)}`);
  const format: Format = formats[name];
  for (const option of ['shell', 'variable', 'stepOutput', 'outFile'] as const) {
    const given = options[option] !== undefined && options[option] !== false;
    if (given && !format.takes.includes(option)) throw notApplicable(option, name);
  }
  return format.prepare(options, variableNames(options.provider, options.variable, options.keep));
}

/**
 * The shell for which statements are printed: --shell, else the one detected from the parent process.
 *
 * @throws AuthctlError `usage` for an unknown shell
 */
export function chooseShell(options: Pick<OutputOptions, 'shell' | 'parentProcess'>): ShellName {
  const { shell } = options;
  if (shell === undefined) return detectShell(options.parentProcess());
  if (isShellName(shell)) return shell;
  throw unknown('shell', shell, shells, hint`--shell takes ${list(shells)}`);
}

function notApplicable(option: keyof typeof formatFlags, format: FormatName): AuthctlError {
  const taking = Object.entries<Format>(formats)
    .filter(([, { takes }]) => takes.includes(option))
    .map(([name]) => name);
  return new AuthctlError('usage', `${formatFlags[option]} does not apply to -o ${format}`, {
    hint: hint`it applies to -o ${named(...taking)}`,
  });
}

function githubFile({ stepOutput, githubEnv, githubOutput }: OutputOptions): string {
  const [variable, path] = stepOutput ? ['GITHUB_OUTPUT', githubOutput] : ['GITHUB_ENV', githubEnv];
  // The runner's are absolute. A project's .env could name one of its own files.
  if (path && isAbsolute(path)) return path;
  const problem = path ? 'is not an absolute path' : 'is not set';
  throw new AuthctlError('setting_missing', `${variable} ${problem}`, {
    hint: 'run it in a GitHub Actions step, or choose another format with -o',
  });
}

function unknown(what: string, given: string, table: object, takes: Hint): AuthctlError {
  const meant = didYouMean(nearest(given, Object.keys(table)));
  return new AuthctlError('usage', `unknown ${what} ${JSON.stringify(given)}${meant}`, {
    hint: takes,
  });
}

function list(table: object): HintPart {
  return named(...Object.keys(table));
}
