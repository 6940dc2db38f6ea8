/** Checks the network: proxy, authorities, the way to each server, and the clock against theirs. */

import { type Hint, hint, named, quoted } from '../errors.ts';
import type { ReadTimeout } from '../files/named.ts';
import { readNamed } from '../files/named.ts';
import { certificatesIn } from '../http/authorities.ts';
import type { Response, SendOptions } from '../http/message.ts';
import { proxyFor } from '../http/proxy-choice.ts';
import { reach } from '../http/reach.ts';
import { httpDate } from '../http/retry.ts';
import type { Run } from '../run.ts';
import { durationWords } from '../terminal/duration.ts';
import { type Finding, failedBy } from './finding.ts';
import type { Servers } from './servers.ts';

type Env = Run['context']['env'];

/** The proxies that the variables name. */
export function checkProxy(env: Env): readonly Finding[] {
  const check = 'proxy';
  const found: Finding[] = [];
  for (const scheme of ['https', 'http']) {
    try {
      const proxy = proxyFor(new URL(`${scheme}://example.com`), env);
      if (!proxy) continue;
      const message = `${proxy.origin} for ${scheme}, by ${proxy.variable}`;
      found.push({ check, state: 'ok', message });
    } catch (error) {
      found.push(failedBy(check, error));
    }
  }
  return found.length > 0 ? found : [{ check, state: 'ok', message: 'none is set' }];
}

/** The files that name more certificate authorities. */
export async function checkAuthorities(
  env: Env,
  options: SendOptions,
  limit: ReadTimeout,
): Promise<readonly Finding[]> {
  const check = 'authorities';
  const sources = [
    ['--cacert', options.cacert],
    ['NODE_EXTRA_CA_CERTS', env['NODE_EXTRA_CA_CERTS']],
    ['SSL_CERT_FILE', env['SSL_CERT_FILE']],
  ] as const;
  const found: Finding[] = [];
  for (const [source, path] of sources) {
    if (!path) continue;
    const read = await readNamed(path, limit);
    const count = 'bytes' in read ? certificatesIn(read.bytes.toString('latin1')).length : 0;
    const problem = 'bytes' in read ? 'it holds no PEM certificate' : read.problem;
    found.push(
      count > 0
        ? { check, state: 'ok', message: `${count} in ${path}, by ${source}` }
        : {
            check,
            state: 'failed',
            message: `${source} names ${path}: ${problem}`,
            hint: source.startsWith('--')
              ? hint`ls -l ${quoted(path)}`
              : hint`unset ${named(source)}`,
          },
    );
  }
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') {
    found.push({
      check,
      state: 'warning',
      message: 'NODE_TLS_REJECT_UNAUTHORIZED=0 is ignored: certificates are always checked',
      hint: hint`unset NODE_TLS_REJECT_UNAUTHORIZED`,
    });
  }
  if (found.length > 0) return found;
  return [{ check, state: 'ok', message: 'those of Node and of this system' }];
}

/** Goes the way to each server, side by side, and compares the clocks. */
export async function checkServers(
  { context, secrets }: Pick<Run, 'context' | 'secrets'>,
  { origins, findings }: Servers,
  options: SendOptions,
): Promise<readonly Finding[]> {
  const reached = await Promise.all(
    [...origins].map(async ([origin, names]) => {
      const how = { ...options, keepSecret: secrets.add };
      const { legs, answer } = await reach(context, origin, how);
      const subject = origin;
      const lines = legs.map(({ name, ...leg }): Finding => ({ check: name, subject, ...leg }));
      const of: Finding = {
        check: 'server',
        subject,
        state: 'ok',
        message: `of ${names.join(', ')}`,
      };
      return { origin, answer, lines: [of, ...lines] };
    }),
  );
  return [
    ...findings,
    ...reached.flatMap((each) => each.lines),
    ...checkClock(reached, context.platform),
  ];
}

/** Milliseconds that this machine's clock may be off: less than any token's margin. */
const tolerated = 60_000;

/** One server's clock may be wrong; if all of them say so, it is this machine's. */
function checkClock(
  answers: readonly { readonly origin: string; readonly answer?: Response | undefined }[],
  platform: NodeJS.Platform,
): readonly Finding[] {
  const check = 'clock';
  const offsets = answers.flatMap(({ origin, answer }) => {
    const sent = answer && httpDate(answer.headers['date']);
    if (!answer || sent === undefined) return [];
    // A cache keeps the date of what it keeps.
    const age = Number(answer.headers['age'] ?? 0) * 1000 || 0;
    return [{ origin, off: answer.receivedAt - sent - age }];
  });
  if (offsets.length === 0) {
    return [{ check, state: 'skipped', message: 'no server said what time it is' }];
  }
  const wrong = offsets.filter(({ off }) => Math.abs(off) > tolerated);
  if (wrong.length === 0) {
    return [{ check, state: 'ok', message: 'it agrees with that of the servers' }];
  }
  const alone = wrong.length === offsets.length;
  return wrong.map(({ origin, off }) => {
    const words = `${durationWords(Math.abs(off))} ${off > 0 ? 'ahead of' : 'behind'} that of the server`;
    return {
      check,
      subject: origin,
      state: alone ? 'failed' : 'warning',
      message: alone
        ? `this machine's clock is ${words}`
        : `it is ${words}, and others agree with it`,
      ...(alone && { hint: setClock(platform) }),
    };
  });
}

function setClock(platform: NodeJS.Platform): Hint {
  if (platform === 'darwin') return hint`sudo sntp -sS time.apple.com`;
  return platform === 'win32' ? hint`w32tm /resync` : hint`sudo timedatectl set-ntp true`;
}
