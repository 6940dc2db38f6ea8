/** Converts the parser's options to plain values, the only form that the rest of the program sees. */
import type { TargetOptions } from '../client/target.ts';
import { boundedWait } from '../clock.ts';
import type { ExecOptions } from '../commands/exec.ts';
import type { LoginOptions } from '../commands/login.ts';
import type { TokenOptions } from '../commands/token.ts';
import type { Flags } from '../credentials/sources/flag.ts';
import type { Declaration } from '../declaration/declaration.ts';
import { flagName, optionName } from '../declaration/names.ts';
import { didYouMean, nearest } from '../declaration/nearest.ts';
import { AuthctlError } from '../errors.ts';
import type { SendOptions } from '../http/message.ts';
import type { PrintOptions } from '../output/printer.ts';

/** Options by commander's names: a string, or a boolean for a switch. */
export type RawOptions = Readonly<Record<string, unknown>>;

/** The profile of a run. */
interface Profile {
  readonly profile: string;
  readonly profileGiven: boolean;
}

/**
 * The options of a command that has a target.
 *
 * @param fields the fields that have flags
 */
export function targetOptions(
  { profile, profileGiven }: Profile,
  declaration: Declaration,
  raw: RawOptions,
  fields: readonly { readonly name: string }[] = declaration.fields,
): TargetOptions {
  const transport = sendOptions(raw);
  const apiUrl = text(raw, 'apiUrl');
  return {
    declaration,
    profile,
    profileGiven,
    server: {
      baseUrl: text(raw, 'baseUrl'),
      environment: text(raw, 'environment'),
      allowHttp: transport.allowHttp === true,
    },
    ...(apiUrl !== undefined && { apiUrl }),
    transport,
    flags: fieldFlags(raw, fields),
  };
}

/** The options of `login` and `refresh`. @throws AuthctlError `usage` */
export function loginOptions(
  run: Profile,
  declaration: Declaration,
  raw: RawOptions,
  fields?: readonly { readonly name: string }[],
): LoginOptions {
  return { target: targetOptions(run, declaration, raw, fields), ...printOrShow(raw) };
}

/** How a token is printed, or that the request is shown instead. @throws AuthctlError `usage` for both */
function printOrShow(raw: RawOptions): Pick<LoginOptions, 'print' | 'dryRun'> {
  const dryRun = isOn(raw, 'dryRun');
  const print = printOptions(raw);
  if (dryRun && ((print.format ?? 'token') !== 'token' || print.outFile !== undefined)) {
    throw new AuthctlError(
      'usage',
      '--dry-run cannot be used with --out-file, --export or a format other than token',
    );
  }
  return { print, dryRun };
}

/** The options of `token`. @throws AuthctlError `usage` */
export function tokenOptions(
  run: Profile,
  declaration: Declaration,
  raw: RawOptions,
): TokenOptions {
  const watching = isOn(raw, 'watch');
  const outFile = text(raw, 'outFile');
  const onRenew = text(raw, 'onRenew');
  if (watching && outFile === undefined) {
    throw new AuthctlError('usage', '--watch needs --out-file, the file that it keeps up to date');
  }
  if (onRenew !== undefined && !watching) {
    throw new AuthctlError('usage', '--on-renew needs --watch');
  }
  const rejected = isOn(raw, 'rejected');
  if (rejected && watching) {
    throw new AuthctlError('usage', '--rejected cannot be used with --watch');
  }
  const needed = minTtl(raw);
  return {
    target: targetOptions(run, declaration, raw),
    ...printOrShow(raw),
    needed,
    rejected,
    ...(watching &&
      outFile !== undefined && {
        watch: { outFile, ...(onRenew !== undefined && { onRenew }) },
      }),
  };
}

/**
 * The options of `exec`.
 *
 * @param raw the options that the providers share
 * @throws AuthctlError `usage`
 */
export function execOptions(
  run: Profile,
  providers: readonly { readonly declaration: Declaration; readonly raw: RawOptions }[],
  raw: RawOptions,
  command: readonly string[],
): ExecOptions {
  const targets = providers.map(({ declaration, raw }) => ({
    ...targetOptions(run, declaration, raw),
    ...(providers.length > 1 && { flagPrefix: `${declaration.name}-` }),
  }));
  const onStdin = targets.filter(({ flags }) => [...flags.values()].some(({ stdin }) => stdin));
  if (onStdin.length > 1) {
    throw new AuthctlError('usage', 'stdin can give one value only, not one for each provider');
  }
  return {
    targets,
    variables: new Map(
      providers.flatMap((own) => {
        const variable = text(own.raw, 'var');
        return variable === undefined ? [] : [[own.declaration.name, variable]];
      }),
    ),
    needed: minTtl(raw),
    dryRun: isOn(raw, 'dryRun'),
    command,
  };
}

/** The options for how the result is printed. @throws AuthctlError `usage` for two formats */
export function printOptions(raw: RawOptions): PrintOptions {
  const format = formatName(raw);
  const shell = text(raw, 'shell');
  const variable = text(raw, 'var');
  const outFile = text(raw, 'outFile');
  return {
    ...(format !== undefined && { format }),
    ...(shell !== undefined && { shell }),
    ...(variable !== undefined && { variable }),
    ...(outFile !== undefined && { outFile }),
    stepOutput: isOn(raw, 'stepOutput'),
    // What stays until a signal comes waits until then.
    ...(!isOn(raw, 'watch') && { readerTimeout: timeoutOption(raw) }),
  };
}

/** Whether a list or record is to be printed as JSON. @throws AuthctlError `usage` */
export function wantsJson(raw: RawOptions): boolean {
  const format = raw['output'] ?? 'text';
  if (format === 'text' || format === 'json') return format === 'json';
  const meant = didYouMean(nearest(String(format), ['text', 'json']));
  throw new AuthctlError('usage', `-o takes text or json here${meant}`);
}

/** The value of --port; undefined for any free port. @throws AuthctlError `usage` if it is not a port */
export function portOption(raw: RawOptions): number | undefined {
  const given = text(raw, 'port');
  if (given === undefined) return undefined;
  const port = /^\d{1,5}$/.test(given) ? Number(given) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new AuthctlError('usage', '--port takes a number from 0 to 65535', {
    hint: 'leave out --port to use a free port',
  });
}

/** The value of an option, if it was given. */
export function text(raw: RawOptions, name: string): string | undefined {
  const value = raw[name];
  return typeof value === 'string' ? value : undefined;
}

/** The values of an option that may be given several times. */
export function texts(raw: RawOptions, name: string): readonly string[] {
  const value = raw[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

/** Whether a switch was given. */
export function isOn(raw: RawOptions, name: string): boolean {
  return raw[name] === true;
}

/** Whether an option reads stdin. */
export function takesStdin(raw: RawOptions): boolean {
  return Object.keys(raw).some((name) => name.endsWith('Stdin') && isOn(raw, name));
}

/** The options for how a request is sent. @throws AuthctlError `usage` */
export function sendOptions(raw: RawOptions): SendOptions {
  const cert = text(raw, 'cert');
  const key = text(raw, 'key');
  if (key !== undefined && cert === undefined) {
    throw new AuthctlError('usage', '--key needs --cert, the certificate that it belongs to');
  }
  const cacert = text(raw, 'cacert');
  return {
    timeout: timeoutOption(raw),
    retries: wholeNumber('--retries', text(raw, 'retries') ?? '2', 100),
    allowHttp: isOn(raw, 'allowHttp'),
    ...(cacert !== undefined && { cacert }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

/** The value of --timeout, in milliseconds. @throws AuthctlError `usage` */
function timeoutOption(raw: RawOptions): number {
  const timeout = boundedWait(duration('--timeout', text(raw, 'timeout') ?? '30s'));
  if (timeout === 0) throw new AuthctlError('usage', '--timeout must be more than 0');
  return timeout;
}

/** The flags of each field. */
function fieldFlags(
  raw: RawOptions,
  fields: readonly { readonly name: string }[],
): ReadonlyMap<string, Flags> {
  return new Map(
    fields.map(({ name }) => {
      const value = text(raw, optionKey(name));
      const file = text(raw, optionKey(name, '-file'));
      const stdin = isOn(raw, optionKey(name, '-stdin'));
      return [
        name,
        { stdin, ...(value !== undefined && { value }), ...(file !== undefined && { file }) },
      ];
    }),
  );
}

function formatName(raw: RawOptions): string | undefined {
  const format = text(raw, 'output');
  if (!isOn(raw, 'export')) return format;
  if (format === undefined || format === 'env') return 'env';
  throw new AuthctlError('usage', `--export means -o env, not -o ${format}`);
}

function minTtl(raw: RawOptions): number {
  return duration('--min-ttl', text(raw, 'minTtl') ?? '0');
}

/**
 * `90`, `90s`, `10m`, `2h`, `9m59s` → milliseconds.
 *
 * @throws AuthctlError `usage` for anything else, and for more than 24 days
 */
function duration(flag: string, given: string): number {
  const [all, plain, hours, minutes, seconds] =
    /^(?:([0-9]+)|(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?)$/.exec(given) ?? [];
  if (!all) {
    throw new AuthctlError('usage', `${flag} takes a duration such as 90, 90s, 10m, 2h or 9m59s`);
  }
  const count = (digits = '0') => Number(digits);
  const inSeconds = count(hours) * 3600 + count(minutes) * 60 + count(plain ?? seconds);
  const milliseconds = inSeconds * 1000;
  if (milliseconds > 2 ** 31 - 1) {
    throw new AuthctlError('usage', `${flag} takes at most 24 days`);
  }
  return milliseconds;
}

function wholeNumber(flag: string, given: string, most: number): number {
  if (/^[0-9]{1,6}$/.test(given) && Number(given) <= most) return Number(given);
  throw new AuthctlError('usage', `${flag} takes a whole number from 0 to ${most}`);
}

function optionKey(field: string, suffix = ''): string {
  return optionName(flagName(field, suffix));
}
