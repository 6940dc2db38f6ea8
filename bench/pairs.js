/** Times two commands in turn, A B A B …, and compares them pair by pair: noise hits both alike. */
import { spawn, spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { devNull } from 'node:os';

// Opened for writing, as a shell opens it: what 'ignore' opens looks like a stdout that was closed.
const nowhere = openSync(devNull, 'w');

/**
 * @param {readonly string[]} command
 * @param {Record<string, string>} env
 * @returns {number} milliseconds of wall time
 */
function time([file, ...args], env) {
  const start = process.hrtime.bigint();
  const { status, signal } = spawnSync(file, args, { env, stdio: ['ignore', nowhere, 'inherit'] });
  const took = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status ?? signal}`);
  return took;
}

/**
 * @param {readonly string[]} a
 * @param {readonly string[]} b
 * @param {{ env: Record<string, string>, otherEnv?: Record<string, string>, pairs: number }} options
 * @returns {ReturnType<typeof spread>}
 */
export function compare(a, b, { env, otherEnv = env, pairs }) {
  time(a, env);
  time(b, otherEnv);
  return spread(
    Array.from({ length: pairs }, (_, round) => {
      // Whoever comes second finds warmer caches, so they take turns.
      if (round % 2 === 0) return { a: time(a, env), b: time(b, otherEnv) };
      const second = time(b, otherEnv);
      return { a: time(a, env), b: second };
    }),
  );
}

/**
 * @param {readonly { a: number, b: number }[]} times milliseconds of pairs
 * @returns {{ ratio: number, low: number, high: number, a: number, b: number }} medians; `low` and
 *   `high` are the quartiles of the ratio
 */
export function spread(times) {
  const ratios = times.map(({ a, b }) => a / b);
  const median = (values) => quantile(values, 0.5);
  return {
    ratio: median(ratios),
    low: quantile(ratios, 0.25),
    high: quantile(ratios, 0.75),
    a: median(times.map(({ a }) => a)),
    b: median(times.map(({ b }) => b)),
  };
}

/**
 * Starts a command many times at once.
 *
 * @param {readonly string[]} command
 * @param {{ env: Record<string, string>, count: number }} options
 * @returns {Promise<number>} milliseconds until the last has ended
 */
export async function crowd([file, ...args], { env, count }) {
  const start = process.hrtime.bigint();
  await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise((resolve, reject) => {
          const child = spawn(file, args, { env, stdio: ['ignore', nowhere, 'ignore'] });
          child.once('error', reject);
          child.once('exit', (code, signal) => {
            if (code === 0) resolve(undefined);
            else reject(new Error(`${args.join(' ')} ended with ${code ?? signal}`));
          });
        }),
    ),
  );
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/**
 * @param {readonly number[]} values
 * @param {number} q from 0 to 1
 */
function quantile(values, q) {
  const sorted = values.toSorted((x, y) => x - y);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}
