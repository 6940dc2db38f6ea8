/** The output formats, as a table: a new format is one entry. */
import { AuthctlError, type HintPart, hint, named } from '../errors.ts';
import { azureCommands } from './azure.ts';
import { curlConfig } from './curl.ts';
import { dotenvText } from './dotenv.ts';
import { setStatements } from './env.ts';
import { githubOutcome } from './github.ts';
import { jsonText } from './json.ts';
import type { Outcome, Result } from './result.ts';
import { detectShell } from './shell-detect.ts';
import { isShellName, type ShellName, shells } from './shells.ts';
import { tokenLine } from './token-line.ts';
import { type VariableNames, variableNames, variablesOf } from './variables.ts';

/** What the command line asks for, and what formats need of the world. */
export interface OutputOptions {
  readonly provider: string;
  /** -o; `token` without it. */
  readonly format?: string | undefined;
  /** --shell. */
  readonly shell?: string | undefined;
  /** --var. */
  readonly variable?: string | undefined;
  /** --step-output. */
  readonly stepOutput?: boolean | undefined;
  /** --out-file. */
  readonly outFile?: string | undefined;
  /** Asked where --shell is not given. */
  readonly parentProcess: () => string | undefined;
  /** The values of GITHUB_ENV and GITHUB_OUTPUT. */
  readonly githubEnv?: string | undefined;
  readonly githubOutput?: string | undefined;
  /** A fresh random UUID. */
  readonly uuid: () => string;
}

/**
 * Makes the bytes of a result.
 * @throws AuthctlError `token_unusable` where the format cannot carry it
 */
export type Render = (result: Result) => Outcome;

interface Format {
  /** What it prints, in a few words, for help and completions. */
  readonly summary: string;
  /** The options that mean something to it. */
  readonly takes: readonly (keyof typeof flags)[];
  /** Checks what can be checked before there is a result. */
  readonly prepare: (options: OutputOptions, names: VariableNames) => Render;
}

/** The options that not every format takes, as the user writes them. */
const flags = {
  shell: '--shell',
  variable: '--var',
  stepOutput: '--step-output',
  outFile: '--out-file',
} as const;

/** A format that needs nothing but the result. */
const text = (make: (result: Result) => string) => () => (result: Result) => ({
  stdout: make(result),
});

/** By the name that -o takes. */
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
    summary: 'the header that carries the token',
    takes: ['outFile'],
    prepare: text(({ header }) => `${header.name}: ${header.value}\n`),
  },
  curl: {
    summary: 'a config for curl --config',
    takes: ['outFile'],
    prepare: text(({ header }) => curlConfig(header)),
  },
  github: {
    summary: 'variables for the next steps of a GitHub Actions job',
    // Not outFile: the masks must reach the runner's log.
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

/** The name of a format. */
export type FormatName = keyof typeof formats;

/** Whether -o takes this name. */
export function isFormatName(name: string): name is FormatName {
  return Object.hasOwn(formats, name);
}

/**
 * Settles how results will be printed, before anything is sent anywhere.
 * @throws AuthctlError `usage` for a format, a shell or a variable that there is not, and for an
 *   option that the format has no use for; `setting_missing` without GITHUB_ENV or GITHUB_OUTPUT
 */
export function outputFormat(options: OutputOptions): Render {
  const name = options.format ?? 'token';
  if (!isFormatName(name))
    throw new AuthctlError('usage', `there is no output format ${JSON.stringify(name)}`, {
      hint: hint`-o takes ${list(formats)}`,
    });
  const format: Format = formats[name];
  for (const option of ['shell', 'variable', 'stepOutput', 'outFile'] as const) {
    const given = options[option] !== undefined && options[option] !== false;
    if (given && !format.takes.includes(option)) throw uselessOption(option, name);
  }
  return format.prepare(options, variableNames(options.provider, options.variable));
}

/**
 * The shell that statements are for: --shell, else told from the parent process.
 * @throws AuthctlError `usage` for a shell that there is not
 */
export function chooseShell(options: Pick<OutputOptions, 'shell' | 'parentProcess'>): ShellName {
  const { shell } = options;
  if (shell === undefined) return detectShell(options.parentProcess());
  if (isShellName(shell)) return shell;
  throw new AuthctlError('usage', `--shell knows no shell ${JSON.stringify(shell)}`, {
    hint: hint`it takes ${list(shells)}`,
  });
}

function uselessOption(option: keyof typeof flags, format: FormatName): AuthctlError {
  const taking = Object.entries<Format>(formats)
    .filter(([, { takes }]) => takes.includes(option))
    .map(([name]) => name);
  return new AuthctlError('usage', `${flags[option]} has no use with -o ${format}`, {
    hint: hint`it goes with -o ${named(...taking)}`,
  });
}

function githubFile({ stepOutput, githubEnv, githubOutput }: OutputOptions): string {
  const [variable, path] = stepOutput ? ['GITHUB_OUTPUT', githubOutput] : ['GITHUB_ENV', githubEnv];
  if (path) return path;
  throw new AuthctlError(
    'setting_missing',
    `${variable} is not set, so there is no file to add to`,
    {
      hint: 'run it in a GitHub Actions step, or choose another format with -o',
    },
  );
}

function list(table: object): HintPart {
  return named(...Object.keys(table));
}
