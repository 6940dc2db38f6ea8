/** A clock that nobody sets. Node's `performance` is one too, and costs milliseconds to load. */

/** Milliseconds since some moment, for differences. */
export function ticks(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
