/** Shows on the terminal what a run waits for, beside everything else that it writes there. */
import type { Context } from '../context.ts';
import { hasColor } from '../terminal/paint.ts';
import { createProgress, type Progress } from '../terminal/progress.ts';
import type { Sink } from '../terminal/streams.ts';

/** The progress of a run; it is shown on a terminal only, and never in CI. */
export function progressOn(
  { env, platform, stderr, clock }: Context,
  { quiet, noColor }: { readonly quiet: boolean; readonly noColor: boolean },
): Progress {
  return createProgress({
    isShown: () => !quiet && stderr.isTTY && !isCi(env),
    draw: async () => {
      const { createDrawing } = await import('../terminal/spinner.ts');
      return createDrawing({
        // A closed stderr must not make the command fail.
        write: (text) => {
          stderr.write(text).catch(() => {});
        },
        columns: () => stderr.columns,
        ...{ env, platform, hasColor: hasColor({ isTTY: true, env, noColor }) },
      });
    },
    monotonic: clock.monotonic,
    every: clock.every,
  });
}

/** A context whose output and prompts take the progress off the terminal. */
export function besideProgress(context: Context, progress: Progress): Context {
  const { prompt } = context;
  const beside = (sink: Sink): Sink => ({
    get isTTY() {
      return sink.isTTY;
    },
    get columns() {
      return sink.columns;
    },
    write: (text) => {
      progress.erase();
      return sink.write(text);
    },
  });
  return {
    ...context,
    stdout: beside(context.stdout),
    stderr: beside(context.stderr),
    prompt: {
      say: (text) => {
        progress.erase();
        return prompt.say(text);
      },
      ask: async (label, options) => {
        const end = progress.hold();
        try {
          return await prompt.ask(label, options);
        } finally {
          end();
        }
      },
    },
  };
}

/** Whether this is a pipeline, where nobody is at the terminal. */
export function isCi({ CI: ci }: Context['env']): boolean {
  return ci !== undefined && ci !== '' && ci !== 'false' && ci !== '0';
}
