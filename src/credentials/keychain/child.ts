/**
 * The child process that talks to the OS keychain: it reads one request from stdin, writes one reply
 * to stdout, and ends.
 */
import { systemErrorCode } from '../../errors.ts';
import { busProblem, busSocket } from './bus.ts';
import { mostBytesOnWindows } from './failure.ts';
import { type Keytar, loadKeytar, requireKeytar } from './library.ts';
import { isKeyringLocked } from './locked.ts';
import { perform } from './perform.ts';
import {
  type KeychainFailure,
  type KeychainReply,
  type KeychainRequest,
  readRequest,
} from './protocol.ts';

async function answer(request: KeychainRequest): Promise<KeychainReply> {
  const { platform } = process;
  const problem =
    platform === 'win32' || platform === 'darwin'
      ? undefined
      : busProblem(process.env, process.getuid?.());
  if (problem !== undefined) return { failure: { stage: 'bus', words: problem } };
  let keytar: Keytar;
  try {
    keytar = loadKeytar();
  } catch (error) {
    return { failure: loadFailure(error) };
  }
  try {
    const reply = await perform(
      keytar,
      request,
      platform === 'win32' ? mostBytesOnWindows : Infinity,
    );
    return (await hidesEntries(reply)) ? { failure: { stage: 'locked', words: '' } } : reply;
  } catch (error) {
    return { failure: { stage: 'call', words: wordsOf(error) } };
  }
}

/** Whether nothing was found because the keyring is locked: with Secret Service, that looks the same. */
async function hidesEntries(reply: KeychainReply): Promise<boolean> {
  const { env, getuid } = process;
  const found = 'entries' in reply ? reply.entries : 'accounts' in reply ? reply.accounts : [''];
  const socket = busSocket(env);
  if (found.length > 0 || socket === undefined || getuid === undefined) return false;
  return (await isKeyringLocked(socket, getuid())) === true;
}

/** Why keytar does not load. It hides the loader's message, so its binary is loaded again to get it. */
function loadFailure(error: unknown): KeychainFailure {
  const code = systemErrorCode(error);
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
    return { stage: 'package', words: '' };
  if (code === 'ERR_DLOPEN_FAILED') return { stage: 'binary', words: wordsOf(error) };
  for (const place of ['build/Release', `prebuilds/${process.platform}-${process.arch}`]) {
    try {
      requireKeytar(`${place}/keytar.node`);
    } catch (cause) {
      if (systemErrorCode(cause) === 'ERR_DLOPEN_FAILED')
        return { stage: 'binary', words: wordsOf(cause) };
    }
  }
  return { stage: 'binary', words: wordsOf(error) };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unknown error';
}

// process.exit would wait for a hanging call.
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

let received = '';
let asked = false;
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => {
  received += text;
  const length = received.indexOf('\n');
  if (asked || length < 0) return;
  asked = true;
  const request = readRequest(received.slice(0, length));
  if (request === undefined) end();
  else answer(request).then((reply) => process.stdout.write(`${JSON.stringify(reply)}\n`, end));
});
// The parent keeps stdin open while it waits: if stdin ends, so did the parent.
process.stdin.on('end', end);
process.stdin.on('error', end);
process.stdout.on('error', end);
// Ctrl-C reaches the whole process group; the parent handles it.
process.on('SIGINT', () => {});
