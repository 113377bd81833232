import { LongTimer } from '@multiprocess/shared-memory';
import { describe, expect, onTestFinished, test } from 'vitest';

/** The loop has turned so often that a timer of a millisecond has long been called. */
async function untilShortTimersAreOver(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('LongTimer', () => {
  test('calls back once, and not before its time', async () => {
    const begin = performance.now();
    let calls = 0;
    await new Promise<void>((resolve) => {
      new LongTimer(20.5, () => {
        calls++;
        resolve();
      });
    });
    expect(performance.now() - begin).toBeGreaterThanOrEqual(20.5);
    await untilShortTimersAreOver();
    expect(calls).toBe(1);
  });

  test.each([2 ** 31, 2 ** 40, Infinity])(
    'of %d ms does not call back at once, as a timer of Node would',
    async (ms) => {
      let calls = 0;
      const timer = new LongTimer(ms, () => calls++);
      await untilShortTimersAreOver();
      timer.cancel();
      expect(calls).toBe(0);
    },
  );

  test.each([0, -0.5, -7, -Infinity])('of %d ms calls back, without a warning of Node', async (ms) => {
    const warnings: Error[] = [];
    const note = (warning: Error): void => void warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    await new Promise<void>((resolve) => {
      new LongTimer(ms, resolve);
    });
    await untilShortTimersAreOver();
    expect(warnings).toEqual([]);
  });

  test('does not call back once it is cancelled', async () => {
    let calls = 0;
    const timer = new LongTimer(1, () => calls++);
    timer.cancel();
    timer.cancel();
    await untilShortTimersAreOver();
    expect(calls).toBe(0);
  });
});
