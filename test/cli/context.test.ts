/** The clock of this system, by its own time. */
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';

const { now, monotonic, sleep, every } = systemClock;

describe('the system’s clock', () => {
  test('tells the time, and how much of it has passed', async () => {
    const started = monotonic();
    await sleep(30);
    expect(Math.abs(now() - Date.now())).toBeLessThan(1000);
    expect(monotonic() - started).toBeGreaterThan(25);
  });

  test('calls back again and again, until that is stopped', async () => {
    let calls = 0;
    await new Promise<void>((resolve) => {
      const stop = every(1, () => {
        calls++;
        if (calls < 3) return;
        stop();
        resolve();
      });
    });
    await sleep(10);
    expect(calls).toBe(3);
  });
});
