import { setTimeout as delay, setImmediate as immediate } from 'node:timers/promises';
import { TestRunner } from 'vitest';

// As many looks without any pause as pass in about a millisecond; after that the other side gets the processor.
const IMMEDIATE_LOOKS = 100;

/**
 * Waits until `condition` holds, and returns what it returned. There is no timeout: what never happens is ended by the
 * test's own, and the watchdog says where each process was.
 */
export async function until<T>(condition: () => T | Promise<T>): Promise<T> {
  const signal = TestRunner.getCurrentTest()?.context.signal;
  for (let looks = 0; ; looks++) {
    const result = await condition();
    if (result) return result;
    signal?.throwIfAborted();
    await (looks < IMMEDIATE_LOOKS ? immediate() : delay(1));
  }
}
