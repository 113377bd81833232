import { clock } from '@multiprocess/shared-memory';

// Outside of Node `clock.now()` counts from the start of its thread. The difference does not change.
const [seconds, nanoseconds] = clock.hrtime();
const OFFSET = seconds * 1000 + nanoseconds / 1e6 - clock.now();

/** Milliseconds on the machine's monotonic clock, the same in all its processes. Stands still while the machine sleeps. */
export function monotonicNow(): number {
  return clock.now() + OFFSET;
}
