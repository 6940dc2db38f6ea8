/** The system clock, in real time. */
import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/cli/context.ts';

const { now, monotonic, sleep, every } = systemClock;

describe('the system clock', () => {
  test('tells the time and the time elapsed', async () => {
    const started = monotonic();
    await sleep(30);
    expect(Math.abs(now() - Date.now())).toBeLessThan(1000);
    expect(monotonic() - started).toBeGreaterThan(25);
  });

  test('calls back at intervals until stopped', async () => {
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
