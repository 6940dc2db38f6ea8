/** `authctl doctor [provider…]`: checks the installation, and the way to the servers. */
import { type Checkup, checkUp } from '../doctor/checks.ts';
import type { Finding, State } from '../doctor/finding.ts';
import { AuthctlError } from '../errors.ts';
import type { Run } from '../run.ts';
import { loadPaint } from '../terminal/paint.ts';
import { printable, printableJson } from '../terminal/printable.ts';
import { wrapped } from '../terminal/wrapped.ts';

/** How the findings are printed. */
export interface DoctorOptions extends Checkup {
  readonly json: boolean;
  readonly noColor: boolean;
}

/**
 * Prints a line for each finding, and its hint below it, or an array as JSON.
 *
 * @throws AuthctlError `check_failed` after that, if a check failed
 */
export async function doctor(run: Run, options: DoctorOptions): Promise<void> {
  const findings = (await run.interruptible(() => checkUp(run, options))).map((finding) => ({
    ...finding,
    message: run.secrets.redact(finding.message),
  }));
  await run.context.stdout.write(
    options.json ? jsonText(findings) : await text(run, findings, options),
  );
  const failed = findings.filter(({ state }) => state === 'failed').length;
  if (failed === 0) return;
  const checks = failed === 1 ? 'one check' : `${failed} checks`;
  throw new AuthctlError('check_failed', `${checks} of ${findings.length} failed`);
}

function jsonText(findings: readonly Finding[]): string {
  const rows = findings.map(({ check, state, subject = null, message, hint = null }) => ({
    ...{ check, state, subject, message, hint },
  }));
  return `${printableJson(JSON.stringify(rows, undefined, 2))}\n`;
}

async function text(
  { context: { stdout, env } }: Run,
  findings: readonly Finding[],
  { noColor }: DoctorOptions,
): Promise<string> {
  const paint = await loadPaint({ isTTY: stdout.isTTY, env, noColor });
  const paints: Readonly<Record<State, ((text: string) => string) | undefined>> = {
    ok: paint?.green,
    warning: paint?.yellow,
    failed: paint?.red,
    skipped: undefined,
  };
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, state, subject, message, hint }) => {
    const word = state.padEnd('skipped'.length);
    const about = subject === undefined ? message : `${subject}: ${message}`;
    const indent = ' '.repeat('skipped'.length + 2);
    const start = `${indent}${' '.repeat(width)}  `;
    const said = wrapped(printable(about), (stdout.columns || Infinity) - start.length);
    const line = `${paints[state]?.(word) ?? word}  ${check.padEnd(width)}  ${said.join(`\n${start}`)}\n`;
    // A hint stays on its line, to be pasted.
    return hint === undefined ? line : `${line}${indent}hint: ${printable(hint)}\n`;
  });
  return lines.join('');
}
