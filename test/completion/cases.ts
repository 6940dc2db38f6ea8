/** The expected completions, which are the same in every shell. */
import { providers as builtIn } from '../../src/providers/index.ts';

/** The files in the working directory. If a name were executed, it would create the file `ran`. */
export const files = ['cert.pem', 'cert chain.pem', 'certify$(touch ran).pem', 'notes.txt'];

/** A program on PATH. */
export const program = 'authctl-sample-program';

const commands = [
  ...['login', 'token', 'refresh', 'verify', 'exec', 'status', 'logout', 'inspect', 'provider'],
  ...['credentials', 'config', 'completion', 'sandbox', 'help', 'doctor', 'profile', 'store'],
];
const providers = builtIn.map(({ name }) => name);

/** The line up to the cursor, and its completions in any order. */
export const cases: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['authctl ', commands],
  ['authctl log', ['login', 'logout']],
  ['authctl help cre', ['credentials']],
  ['authctl help ex', ['exec', 'exit-codes']],
  ['authctl credentials ', ['set', 'list', 'delete']],
  ['authctl completion ', ['bash', 'zsh', 'fish', 'powershell']],
  ['authctl login ', providers],
  ['authctl token -o json ro', ['ropo']],
  ['authctl -p work -q credentials set d', ['datarhei']],
  ['authctl logout ne', ['netnut']],
  ['authctl doctor ne', ['netnut']],
  ['authctl inspect --provider pe', ['pegase3']],
  ['authctl exec datarhei,ro', ['datarhei,ropo']],
  ['authctl login ropo --ap', ['--apicode', '--apicode-stdin', '--apicode-file']],
  ['authctl token unknown --base', ['--base-url']],
  [
    'authctl -p work token ropo --cid $(touch ran) -o ',
    ['token', 'json', 'env', 'dotenv', 'header', 'curl', 'github', 'azure'],
  ],
  ['authctl status -o ', ['text', 'json']],
  ['authctl token ropo --base-url https://a:1/b --shell p', ['powershell']],
  ['authctl verify ropo --environment=fi', ['fi', 'fi-test']],
  ['authctl config get ropo.', ['ropo.cid', 'ropo.apicode', 'ropo.base_url', 'ropo.environment']],
  ['authctl provider add graf', ['grafana']],
  ['authctl provider add notes', ['notes.txt']],
  ['authctl login netnut --password-file cert', files.slice(0, 3)],
  ['authctl exec ropo,netnut --min-ttl 5m -- authctl-sam', [program]],
  ['authctl sandbox --port 1 -v -- cat notes', ['notes.txt']],
  ['authctl login ropo --timeout ', []],
];
