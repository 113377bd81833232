import { Barrier, Condition, Event, Semaphore } from '@multiprocess/sync';
import { expect, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';
import { wordsOf } from '../helpers/words-of.js';
import { User } from '../sync/use.js';

vi.setConfig({ testTimeout: 240_000 }); // a watchdog: some dozen processes, one after the other

interface Shared extends Disposable {
  readonly handle: string;
}

/** A process that wakes others, and is killed before any of its changes: above all between its change and its wake. */
interface Teller<T extends Shared> {
  readonly name: string;
  make(): T;
  /** Waits until it is told, in a form without and with an event loop. */
  readonly waits: readonly [blocking: string, awaiting: string];
  readonly tells: string;
  /** Whether the change that the sleepers wait for has been made; by the shared words, or by the number of the step. */
  hasHappened(object: T, words: Int32Array, step: number): boolean;
  /** Does what was not done. */
  tell(object: T): Promise<void> | void;
  /** What the waits give. */
  readonly result: RegExp;
  /** Makes it as it was at first. */
  restore(object: T): Promise<void> | void;
}

// Where these words are is pinned in test/pins/layout.test.ts.
const CONDITION_OWNER = 98;
const CONDITION_ENTRY = 4;
const BARRIER_PHASE = 7;

const takeAndRelease = (condition: Condition) => condition.run(() => undefined);

const tellers: Teller<never>[] = [
  {
    name: 'set() of an Event',
    make: () => new Event(),
    waits: ['waitSync', 'wait'],
    tells: 'set',
    hasHappened: (event) => event.isSet(),
    tell: (event) => {
      event.set();
    },
    result: /^true$/,
    restore: (event) => {
      event.clear();
    },
  } satisfies Teller<Event>,
  {
    name: 'release() of a Semaphore',
    make: () => new Semaphore({ value: 0 }),
    waits: ['acquireSync', 'acquire'],
    tells: 'release:2',
    hasHappened: (_semaphore, _words, step) => step > 1, // the first is the compare-exchange
    tell: (semaphore) => {
      semaphore.release(2);
    },
    result: /^true$/,
    restore: (semaphore) => {
      expect(semaphore.value).toBe(0);
    },
  } satisfies Teller<Semaphore>,
  {
    name: 'notifyAll() of a Condition',
    make: () => new Condition(),
    waits: ['waitSync', 'wait'],
    tells: 'notifyAll',
    // Of the two waiters some may have been notified: those whose entry is notified or free.
    hasHappened: (_condition, words) =>
      [0, 1].every((entry) => {
        const [owner, entered, granted] = words.subarray(CONDITION_OWNER + entry * CONDITION_ENTRY);
        return owner === 0 || entered === granted;
      }),
    tell: (condition) =>
      condition.run(() => {
        condition.notifyAll();
      }),
    result: /^true$/,
    restore: takeAndRelease,
  } satisfies Teller<Condition>,
  {
    name: 'abort() of a Barrier',
    make: () => new Barrier({ parties: 3 }),
    waits: ['waitSync', 'wait'],
    tells: 'abort',
    hasHappened: (_barrier, words) => Atomics.load(words, BARRIER_PHASE) !== 0,
    tell: (barrier) => {
      barrier.abort();
    },
    result: /^BrokenBarrierError: .*aborted/,
    restore: (barrier) => {
      barrier.reset();
    },
  } satisfies Teller<Barrier>,
  {
    name: 'wait() of the last party of a Barrier',
    make: () => new Barrier({ parties: 3 }),
    waits: ['waitSync', 'wait'],
    tells: 'waitSync',
    hasHappened: (barrier, words) =>
      Atomics.load(words, BARRIER_PHASE) !== 0 || barrier.broken || barrier.waiting === 0,
    tell: (barrier) => {
      barrier.abort();
    },
    result: /^\d$|^BrokenBarrierError: .*(died|aborted)/,
    restore: (barrier) => {
      barrier.reset();
    },
  } satisfies Teller<Barrier>,
] as never;

const fixture = new URL('fixtures/die-at-step.mjs', import.meta.url);

// Without a wake, a blocked waiter looks again after 100 ms, and one that awaits after a second. So one of the threads that
// wait awaits only here, where the change has been made and no waiter woken.
const AWAITED_STEP = 2;

test.each(tellers)('a process killed before any change of $name keeps no sleeper from going on', async (teller) => {
  using object: Shared = teller.make();
  const words = wordsOf(object);
  const users = [new User(object), new User(object)];
  const [blocking, awaiting] = teller.waits;
  for (let step = 1, lived = false; !lived; step++) {
    const methods = [blocking, step === AWAITED_STEP ? awaiting : blocking];
    for (const [i, user] of users.entries()) {
      if (object instanceof Condition) await user.call('acquireSync');
      await user.wait(methods[i]!);
    }
    const dying = startChild(fixture, { args: [object.handle, teller.tells, String(step), 'when told', 'changes'] });
    await dying.line('ready');
    dying.say('go');
    lived = (await dying.exit).code === 0;
    // Not awaited yet: a waiter that was notified already may have the lock of the condition.
    const told = teller.hasHappened(object as never, words, step) ? undefined : teller.tell(object as never);
    const results = users.map(async (user, i) => {
      expect(await user.result(methods[i]!), `after death before step ${step}`).toMatch(teller.result);
      if (object instanceof Condition) await user.call('release');
    });
    await Promise.all([told, ...results]);
    await teller.restore(object as never);
  }
});
