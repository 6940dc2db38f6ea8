/** The end-to-end tests that the Windows suite runs, by file, and those in them that it skips, with the reason. */

const modes = 'Windows has no owners and modes of files';
const names = 'a name that is too long is not found there, and is no error';
const notice = 'there is a notice that it does not expect';
const paths = 'paths have another form there';
const posix = 'its command is for a shell of POSIX';
const signals = 'Windows has no signals and no descriptors to pass on';
const terminal = 'Wine has no terminal for it';

/**
 * Patterns are of the names with those of the blocks around them. Each has to match.
 *
 * @type {Readonly<Record<string, readonly { reason: string, tests: readonly RegExp[] }[]>>}
 */
export const skipped = {
  'test/e2e/credentials.test.ts': [
    {
      reason: posix,
      tests: [
        /^the first source wins.* (a shell command line|a command) in the config/,
        /^the first source wins.* (the config|an empty variable counts as not given)$/,
        /^the first source wins.* the profile default before the provider$/,
        /^what cannot be seen in a value.* of a command$/,
        /^the config whose command (fails|prints nothing|reads stdin|writes to stderr)/,
      ],
    },
    {
      reason: paths,
      tests: [
        /^wrong usage an empty file$/,
        /^the config with .* is broken, and its content is not shown$/,
        /^the config command stores settings/,
      ],
    },
    { reason: modes, tests: [/^the config that others can write to is not read$/] },
  ],
  'test/e2e/dry-run.test.ts': [],
  'test/e2e/errors.test.ts': [
    { reason: signals, tests: [/^a network (a signal|request is aborted by a signal)/] },
  ],
  'test/e2e/exec.test.ts': [
    {
      reason: signals,
      tests: [
        /^the command is ended by/,
        /^the command inherits a stdin that is a file, shared, or closed$/,
        /^descriptors from 3 up/,
        /^a signal /,
      ],
    },
    {
      reason: posix,
      tests: [
        /^the command ends with \d+:/,
        /^the token (that|with) /,
        /^the token is in no argument list$/,
        /^a secret on stdin is read by authctl/,
      ],
    },
    {
      reason: modes,
      tests: [/^the command that is not found is exit 127, and one that is not executable 126/],
    },
    { reason: 'names of variables have one case there', tests: [/everything else unchanged$/] },
    { reason: notice, tests: [/^the command inherits all of stdin, and stdout and stderr$/] },
  ],
  'test/e2e/login.test.ts': [
    { reason: modes, tests: [/^against the sandbox .*: only the token is printed/] },
    { reason: paths, tests: [/^a session is not stored if that fails/] },
  ],
  'test/e2e/profiles.test.ts': [],
  'test/e2e/refresh.test.ts': [],
  'test/e2e/rejected.test.ts': [],
  'test/e2e/secret-files.test.ts': [{ reason: posix, tests: [/^the sandbox unsets them/] }],
  'test/e2e/status.test.ts': [
    { reason: modes, tests: [/^status leaves out files that cannot be trusted/] },
    { reason: names, tests: [/^a store that cannot be read is exit 8$/] },
    { reason: terminal, tests: [/^colours on a terminal/] },
  ],
  'test/e2e/token.test.ts': [],
  'test/e2e/verify.test.ts': [],
};
