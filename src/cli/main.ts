/** Runs a command line to its exit code. The only printer of errors. */
import type { Context } from '../context.ts';
import { AuthctlError } from '../errors.ts';
import { providers } from '../providers/index.ts';
import type { Run } from '../run.ts';
import { createRedactor } from '../secrets/redact.ts';
import { isProfileName } from '../session/profile.ts';
import { asAuthctlError, type ErrorFormat, formatError } from '../terminal/error.ts';
import { createNotices } from '../terminal/notices.ts';
import { runCommandLine } from './command-line.ts';

/**
 * @param argv the arguments, without the program's name
 * @param makeContext is told how to pass a notice on
 * @returns the exit code; never throws
 */
export async function main(
  argv: readonly string[],
  version: string,
  makeContext: (notice: (text: string) => void) => Context,
): Promise<number> {
  const secrets = createRedactor();
  let run: Run | undefined;
  const context = makeContext((text) => run?.notices.notice(text));
  const errorFormat = errorFormatOf(argv);
  let exitCode = 0;
  let printed = '';
  try {
    await runCommandLine(argv, {
      providers,
      version,
      columns: () => context.stdout.columns,
      print: (text) => {
        printed += text;
      },
      exit: (code) => {
        exitCode = code;
      },
      open: (options) => {
        run = openRun(context, secrets, errorFormat, options);
        return run;
      },
    });
    if (printed !== '') await context.stdout.write(printed);
    return exitCode;
  } catch (thrown) {
    const error = asAuthctlError(thrown);
    await context.stderr.write(formatError(error, errorFormat, secrets)).catch(() => {});
    return error.exitCode;
  }
}

function openRun(
  context: Context,
  secrets: Run['secrets'],
  errorFormat: ErrorFormat,
  options: Readonly<Record<string, unknown>>,
): Run {
  const { env } = context;
  const given = options['profile'];
  const profile = String(given ?? (env['AUTHCTL_PROFILE'] || 'default'));
  if (!isProfileName(profile)) {
    const by = given === undefined ? 'AUTHCTL_PROFILE' : '--profile';
    throw new AuthctlError('usage', `${by} takes letters, digits, dots, dashes and underscores`);
  }
  const verbose = options['verbose'] === true;
  return {
    context,
    secrets,
    notices: createNotices(context.stderr, secrets, {
      // A program that reads errors as JSON wants nothing beside them.
      quiet: options['quiet'] === true || errorFormat === 'json',
      verbose,
    }),
    options: {
      profile,
      profileGiven: given !== undefined,
      noInput: options['input'] === false,
      noKeychain: options['keychain'] === false || env['AUTHCTL_NO_KEYCHAIN'] === '1',
      verbose,
    },
  };
}

/** Looked for by hand: the command line may be wrong before it is parsed as far as this. */
function errorFormatOf(argv: readonly string[]): ErrorFormat {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const at = own.lastIndexOf('--error-format');
  const json = own.includes('--error-format=json') || (at !== -1 && own[at + 1] === 'json');
  return json ? 'json' : 'text';
}
