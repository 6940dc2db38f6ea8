import { expect, test } from '@jest/globals';
import { createProgress } from '../../src/terminal/progress.ts';

/** A progress with a clock that the test moves. */
function shown() {
  let now = 0;
  const timers = new Set<{ due: number; readonly each: number; readonly call: () => void }>();
  const seen: (string | undefined)[] = [];
  const progress = createProgress({
    isShown: () => true,
    draw: async () => ({
      show: (words) => seen.push(words ?? 'no words'),
      erase: () => seen.push('erased'),
    }),
    monotonic: () => now,
    every: (each, call) => {
      const timer = { due: now + each, each, call };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  const until = async (end: number) => {
    for (; now < end; now += 10) {
      for (const timer of [...timers]) {
        if (timer.due > now || !timers.has(timer)) continue;
        timer.due += timer.each;
        timer.call();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const kinds = () => seen.splice(0).filter((each, index, all) => each !== all[index - 1]);
  return { progress, until, kinds };
}

test('a short wait shows nothing', async () => {
  const { progress, until, kinds } = shown();
  const end = progress.begin('waiting');
  await until(290);
  end();
  await until(2000);
  expect(kinds()).toEqual([]);
});

test('a longer one moves, then speaks, and is erased', async () => {
  const { progress, until, kinds } = shown();
  const end = progress.begin('waiting');
  await until(990);
  expect(kinds()).toEqual(['no words']);
  await until(1500);
  expect(kinds()).toEqual(['waiting']);
  const endInner = progress.begin('trying again');
  await until(1700);
  expect(kinds()).toEqual(['trying again']);
  endInner();
  await until(1900);
  expect(kinds()).toEqual(['waiting']);
  end();
  end();
  await until(3000);
  expect(kinds()).toEqual(['erased']);
});

test('nothing is shown while the user is asked', async () => {
  const { progress, until, kinds } = shown();
  const end = progress.begin('waiting');
  await until(1500);
  kinds();
  const resume = progress.hold();
  await until(2500);
  expect(kinds()).toEqual(['erased']);
  resume();
  await until(2700);
  expect(kinds()).toEqual(['waiting']);
  end();
});
