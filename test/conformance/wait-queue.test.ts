import { WaitQueue, waitSync } from '@multiprocess/shared-memory';
import type { Coroutine, Parker, WaitRequest } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { implementations } from './implementations.js';

const GATE = 64;

describe.each(implementations.slice(1))('Line over $name', ({ newSite }) => {
  function setUp() {
    const { words, thread } = newSite();
    const { parker } = thread;
    const line = new WaitQueue(parker);
    const pause = (brief = false): WaitRequest => ({ kind: 'park', words, index: GATE, expected: 0, owner: 0, brief });
    /** Takes one from the gate, in the order of the calls, and notes which call it was. */
    const passed: unknown[] = [];
    function* passing(name: unknown): Coroutine<unknown> {
      try {
        while (Atomics.load(words, GATE) === 0) yield pause();
        Atomics.sub(words, GATE, 1);
        passed.push(name);
        return name;
      } finally {
        if (passed.at(-1) !== name) passed.push(`${String(name)} gave up`);
      }
    }
    const open = (count = 1): void => {
      Atomics.add(words, GATE, count);
      parker.unpark(words, GATE, count);
    };
    const wait = (name: unknown, timeout = Infinity, signal?: AbortSignal) =>
      line.wait(() => passing(name), timeout, signal);
    return { line, words, pause, passed, open, wait };
  }

  test('callers pass in the order they came, one after the other', async () => {
    const { open, passed, wait } = setUp();
    const all = Promise.all(Array.from({ length: 100 }, (_, i) => wait(i)));
    open(40);
    open(60);
    expect(await all).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(passed).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  test('a request that is to last some time at most ends by itself, and the algorithm looks again', async () => {
    const { line, words, pause } = setUp();
    const { parker } = newSite().thread;
    function* looking(): Coroutine<number> {
      let looks = 1;
      for (; looks < 3; looks++) yield { ...pause(), atMost: 2 };
      return looks;
    }
    const began = performance.now();
    expect(waitSync(parker, looking(), Infinity)).toBe(3);
    expect(await line.wait(looking, Infinity)).toBe(3);
    expect(performance.now() - began).toBeGreaterThanOrEqual(4 * 1.9); // a timer may be a little early
    expect(waitSync(parker, looking(), 0)).toBe(3); // without time, it does not wait
    expect(await line.wait(looking, 0)).toBe(3);
    expect(words[GATE]).toBe(0);
  });

  test('a request that is to last some time at most ends before if it is met', async () => {
    const { line, words, pause, open } = setUp();
    const waiting = line.wait(function* (): Coroutine<string> {
      while (Atomics.load(words, GATE) === 0) yield { ...pause(), atMost: 1e9 };
      return 'met';
    }, Infinity);
    open();
    expect(await waiting).toBe('met');
  });

  test('is empty when no caller waits', async () => {
    const { line, open, wait } = setUp();
    expect(line.isEmpty).toBe(true);
    const passing = wait('a');
    expect(line.isEmpty).toBe(false);
    open();
    await passing;
    expect(line.isEmpty).toBe(true);
  });

  test('the first that times out is followed by the next', async () => {
    const { open, passed, wait } = setUp();
    const first = wait('first', 20);
    const second = wait('second');
    expect(await first).toBe(undefined);
    expect(passed).toEqual(['first gave up']);
    open();
    expect(await second).toBe('second');
  });

  test('one in the middle that times out never began', async () => {
    const { open, passed, wait } = setUp();
    const [first, second, third] = [wait('first'), wait('second', 10), wait('third')];
    expect(await second).toBe(undefined);
    open(2);
    expect(await Promise.all([first, third])).toEqual(['first', 'third']);
    expect(passed).toEqual(['first', 'third']);
  });

  test.each([0, -5])('a timeout of %d tries once', async (timeout) => {
    const { open, wait } = setUp();
    expect(await wait('a', timeout)).toBe(undefined);
    open();
    expect(await wait('b', timeout)).toBe('b');
  });

  test('an item that is there when the time ends is taken', async () => {
    const { words, wait } = setUp();
    const first = wait('first', 20);
    Atomics.store(words, GATE, 1); // and no thread is told
    expect(await first).toBe('first');
  });

  test('abort ends the wait of the first, of one in the middle and of the last with its reason', async () => {
    const { open, passed, wait } = setUp();
    for (const aborted of [0, 1, 2]) {
      const controller = new AbortController();
      const waits = [0, 1, 2].map((i) => wait(i, Infinity, i === aborted ? controller.signal : undefined));
      const reason = new Error('enough');
      controller.abort(reason);
      await expect(waits[aborted]).rejects.toBe(reason);
      open(2);
      await Promise.all(waits.filter((_, i) => i !== aborted));
    }
    expect(passed).toEqual(['0 gave up', 1, 2, 0, 2, 0, 1]);
  });

  test('abort after it was served changes nothing', async () => {
    const { line, open, wait } = setUp();
    const controller = new AbortController();
    const first = wait('first', Infinity, controller.signal);
    open();
    expect(await first).toBe('first');
    const second = wait('second');
    controller.abort();
    open();
    expect(await second).toBe('second');
    expect(line.isEmpty).toBe(true);
  });

  test('one signal may end many waits', async () => {
    const { line, wait } = setUp();
    const controller = new AbortController();
    const waits = Array.from({ length: 100 }, (_, i) => wait(i, Infinity, controller.signal));
    controller.abort();
    expect((await Promise.allSettled(waits)).every(({ status }) => status === 'rejected')).toBe(true);
    expect(line.isEmpty).toBe(true);
  });

  test('what the algorithm throws, first or later, rejects its own caller and lets the next one run', async () => {
    const { line, open, pause, wait } = setUp();
    const atOnce = line.wait(() => {
      throw new Error('at once');
    }, Infinity);
    // eslint-disable-next-line require-yield
    const inBegin = line.wait(function* (): Coroutine<never> {
      throw new Error('in the first step');
    }, Infinity);
    const later = line.wait(function* (): Coroutine<never> {
      yield pause();
      throw new Error('later');
    }, Infinity);
    const next = wait('next');
    await expect(atOnce).rejects.toThrow('at once');
    await expect(inBegin).rejects.toThrow('in the first step');
    open();
    await expect(later).rejects.toThrow('later');
    expect(await next).toBe('next');
  });

  test('an algorithm that fails at the end of its time rejects and lets the next one run', async () => {
    const { line, open, pause, wait } = setUp();
    const late = line.wait(function* (): Coroutine<never> {
      yield pause();
      throw new Error('late');
    }, 10);
    const next = wait('next');
    await expect(late).rejects.toThrow('late');
    open();
    expect(await next).toBe('next');
  });

  test('only a thread that is in the way for a moment is waited for beyond the time', async () => {
    const { line, open, pause, wait, words } = setUp();
    const late = line.wait(function* (): Coroutine<string> {
      yield pause();
      while (Atomics.load(words, GATE) === 0) yield pause(true); // another thread is in the way
      return 'done';
    }, 10);
    setTimeout(open, 30);
    expect(await late).toBe('done');

    Atomics.store(words, GATE, 0);
    const begun = performance.now();
    const steps: string[] = [];
    const giving = line.wait(function* (): Coroutine<string> {
      yield pause();
      steps.push('late');
      yield { ...pause(true), expected: 5 }; // over at once
      steps.push('after a brief pause');
      yield pause(); // this one would last
      return 'never';
    }, 10);
    expect(await giving).toBe(undefined);
    expect(steps).toEqual(['late', 'after a brief pause']);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(10);
    const next = wait('next');
    open();
    expect(await next).toBe('next');
  });

  test('dismiss() rejects all callers, and the queue can be used again', async () => {
    const { line, open, passed, wait } = setUp();
    const waits = [wait('first', 1000), wait('second')];
    line.dismiss(() => new Error('closed'));
    expect(
      (await Promise.allSettled(waits)).map((end) => ((end as PromiseRejectedResult).reason as Error).message),
    ).toEqual(['closed', 'closed']);
    expect(passed).toEqual(['first gave up']);
    open();
    expect(await wait('third')).toBe('third');
  });
});

test('the other side may act in the very moment before a caller goes to sleep', async () => {
  const words = new Int32Array(new SharedArrayBuffer(4));
  const parker: Parker = {
    pause: () => undefined,
    unpark: () => 0,
    // The change comes after the caller has looked and before it sleeps: it must not sleep.
    watch: (pause) => {
      Atomics.store(words, 0, 1);
      expect(Atomics.load(pause.words, pause.index)).not.toBe(pause.expected);
      return undefined;
    },
  };
  const waiting = function* (): Coroutine<string> {
    while (Atomics.load(words, 0) === 0) yield { kind: 'park', words, index: 0, expected: 0, owner: 0, brief: false };
    return 'done';
  };
  expect(await new WaitQueue(parker).wait(waiting, Infinity)).toBe('done');
});
