/** Logs in on a terminal, where the one-time code is typed at the prompt. */
import { type Env, type Outcome, run } from '../e2e/harness.ts';
import type { Account } from './declared.ts';

/** @returns what the terminal shows; the token goes into a file */
export function loginTyping(
  otp: string,
  { home }: Account,
  provider: string,
  env: Env,
): Promise<Outcome> {
  const script = `
    set timeout 15
    spawn -noecho sh -c {"$NODE" "$AUTHCTL" login ${provider} >stdout.txt}
    expect {
      timeout { puts TIMEOUT; exit 99 }
      eof { puts EOF; exit 98 }
      {One-time code (otp): }
    }
    send "${otp}\\r"
    expect {
      timeout { puts TIMEOUT }
      eof
    }
    exit [lindex [wait] 3]
  `;
  const path = home.write('script.exp', script);
  return run(['expect', '-f', path], { home, env: { TERM: 'xterm', ...env } });
}
