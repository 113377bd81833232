import * as timers from 'node:timers';
import { UnsupportedPlatformError } from './errors.js';
import { hostName } from './host.js';
import { sinceBoot } from './since-boot.js';

// Test frameworks replace the globals, and the exports of node:timers, by fakes, in which time stands still until the test
// moves it. This toolkit waits for other processes, whose time goes on. So it takes the real functions when it is imported;
// outside of Node `now` from the prototype, since a spy replaces that of the object. In Bun only the object has it.
let monotonic: (() => number) | undefined;
// The fake of node:test has the prototype of the real one.
const RealDate = realOf(globalThis, 'Date').prototype.constructor as DateConstructor;
const hrtime = realOf(process, 'hrtime');
const setTimeout = realTimer('setTimeout');
const setImmediate = realTimer('setImmediate');

/** The real clock and the real timers, also under a test framework that fakes them. */
export const clock = Object.freeze({
  /** Milliseconds on a clock that never goes back. */
  now: (): number => (monotonic ??= realNow())(),
  /** Milliseconds since 1970, the same in all processes. May go back. */
  sinceEpoch: (): number => RealDate.now(),
  /** `process.hrtime` of Node: the same clock in all processes. */
  hrtime: hostName === 'Node' ? hrtime : sinceBoot(hrtime),
  setTimeout,
  /** `clearTimeout` of Node. */
  clearTimeout: realOf(timers, 'clearTimeout'),
  /** `setInterval` of Node. */
  setInterval: realTimer('setInterval'),
  /** `clearInterval` of Node. */
  clearInterval: realOf(timers, 'clearInterval'),
  setImmediate,
  /** `queueMicrotask` of Node. */
  queueMicrotask: realOf(globalThis, 'queueMicrotask'),
  /** `process.nextTick` of Node. */
  nextTick: realOf(process, 'nextTick'),
  /** Resolves after so many milliseconds. Keeps the event loop alive until then. */
  sleep: (milliseconds: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
  /** Resolves after one turn of the event loop. */
  turn: (): Promise<void> => new Promise((resolve) => void setImmediate(resolve)),
});

/** In Node by `hrtime`, which takes as long: it needs a millisecond to load its `performance`. */
function realNow(): () => number {
  if (hostName === 'Node') {
    return () => {
      const [seconds, nanoseconds] = hrtime();
      return seconds * 1e3 + nanoseconds / 1e6;
    };
  }
  const { performance } = process.getBuiltinModule('node:perf_hooks');
  const real = Object.getPrototypeOf(performance) as Partial<typeof performance>;
  return (real.now ? (real as typeof performance) : performance).now.bind(performance);
}

/**
 * The real function, for programs that install fakes before they import this toolkit: @sinonjs/fake-timers, which Jest,
 * vitest and Sinon use, keeps it in a property of the fake.
 */
function realOf<H, K extends keyof H & string>(holder: H, name: K): H[K] {
  let found = holder[name];
  for (;;) {
    const real = (found as Faked<H[K]> | undefined)?.clock?.[`_${name}`];
    if (real === undefined) return found;
    found = real;
  }
}

/**
 * A real function that starts a timer. If node:test had replaced it before this toolkit was imported, one that throws: node:test keeps
 * the real one for itself, and with its fake a wait would not end.
 */
function realTimer<K extends 'setImmediate' | 'setInterval' | 'setTimeout'>(name: K): (typeof timers)[K] {
  const found = realOf(timers, name);
  if (!found.name.startsWith('bound #')) return found;
  const refuse = (): never => {
    throw new UnsupportedPlatformError(
      `mock.timers of node:test had replaced ${name} before multiprocess was imported, which waits by the real clock. ` +
        'Import multiprocess first: at the top of the test file, or before mock.timers.enable()',
    );
  };
  return refuse as unknown as (typeof timers)[K];
}

/** A fake, if it has a clock. */
interface Faked<F> {
  readonly clock?: Readonly<Record<string, F>>;
}
