/** The entry point of the standalone executable: launcher, program and keychain child in one file. */
import { isTrusted, leadOrFollow } from '../src/launcher/leader.ts';
import { readLine } from '../src/launcher/line.ts';
import { printToken } from '../src/launcher/print-now.ts';
import { warmToken } from '../src/launcher/warm.ts';
import { version } from '../src/version.ts';

/** The argument that makes this process the keychain's child. */
const keychainChild = '__keychain';

const { argv, env, execPath, platform } = process;
const args = argv.slice(2);
const uid = process.getuid?.();
if (args.length === 1 && args[0] === keychainChild) {
  import('../src/credentials/keychain/child.ts');
} else {
  const warm = warmToken(readLine(args), {
    env,
    platform,
    uid,
    now: Date.now,
    version,
    onMiss: (leader, look) => leadOrFollow(leader, uid, look, (done) => process.on('exit', done)),
    isTrusted: (directory) => isTrusted(directory, uid),
  });
  if (!warm || !printToken(warm)) {
    import('./program.ts').then(({ startAs }) =>
      // Bun uses BoringSSL, where Node uses OpenSSL.
      startAs({ keychainChild: [execPath, keychainChild], lenientTls: true }),
    );
  }
}
