/** The values of answers that later requests use: those of a session, and those of steps. */
import type { Declaration, Step } from './declaration.ts';

/** What is known of a kept value. */
export interface KeptValue {
  readonly secret: boolean;
  /** Whether a session may lack it. */
  readonly optional: boolean;
}

/** What the steps of a declaration keep. */
type Parts = Pick<Declaration, 'answer'> & Partial<Pick<Declaration, 'login' | 'logout'>>;

/** The values that are kept with a session, by name. */
export function keptValues({ answer, login = [] }: Parts): ReadonlyMap<string, KeptValue> {
  const mints = login.some(({ mint }) => mint !== undefined);
  const all = new Map<string, KeptValue>(
    Object.entries(answer.keep ?? {}).map(([name, { secret = true, optional = false }]) => [
      name,
      { secret, optional: optional || mints },
    ]),
  );
  const stored = login.map(({ steps = [] }) => valuesOfSteps(steps).filter((each) => each.stored));
  for (const { name } of stored.flat()) {
    const ofEach = stored.map((values) => values.find((each) => each.name === name));
    all.set(name, {
      secret: ofEach.some((each) => each?.secret),
      // A login may have no such value.
      optional: ofEach.some((each) => each?.optional ?? true),
    });
  }
  return all;
}

/** A value that a step keeps. */
export interface StepValue extends KeptValue {
  readonly name: string;
  /** Whether it is kept with the session. */
  readonly stored: boolean;
  /** The index of the step. */
  readonly step: number;
}

/** The values that steps keep. */
export function valuesOfSteps(steps: readonly Step[]): readonly StepValue[] {
  return steps.flatMap(({ keep = {}, when }, step) =>
    Object.entries(keep).map(([name, { secret = true, optional = false, stored = false }]) => ({
      name,
      secret,
      optional: optional || when !== undefined,
      stored,
      step,
    })),
  );
}

/** The values of all steps, stored or not. */
export function stepValues({ login = [], logout }: Parts): readonly StepValue[] {
  return [...login.map(({ steps = [] }) => steps), logout?.steps ?? []].flatMap(valuesOfSteps);
}
