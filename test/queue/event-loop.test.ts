import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from '@multiprocess/queue';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { areSpread, messagesBetweenTicks } from '../helpers/tick-gaps.js';

const fixture = (name: string) => new URL(`fixtures/${name}`, import.meta.url);

test('gets that run side by side each have an item of their own', async () => {
  using queue = new Queue<string>();
  for (const item of ['a', 'b', 'c']) queue.putSync(item);
  expect(await Promise.all([queue.get(), queue.get(), queue.get()])).toEqual(['a', 'b', 'c']);
});

test('gets that wait are served in the order of their calls, and so are puts', async () => {
  using queue = new Queue<number>({ maxsize: 1 });
  const got = Array.from({ length: 500 }, () => queue.get());
  const puts = Array.from({ length: 500 }, (_, item) => queue.put(item));
  expect(await Promise.all(got)).toEqual(Array.from({ length: 500 }, (_, item) => item));
  await Promise.all(puts);
});

test('a get that was called later does not overtake one that waits', async () => {
  using queue = new Queue<number>();
  const first = queue.get();
  queue.putSync(1);
  queue.putSync(2);
  expect(await Promise.all([queue.get(), first])).toEqual([2, 1]);
});

// Each of these loops finds something to do each time, so that nothing but the queue itself leads to the event loop.
describe('timers fire while a loop', () => {
  const turns = {
    'puts and gets': async (queue: Queue<number>) => {
      await queue.put(1);
      await queue.get();
    },
    'puts and gets many': async (queue: Queue<number>) => {
      await queue.putMany([1, 2, 3]);
      await queue.getMany(3);
    },
    'gets many': async (queue: Queue<number>) => {
      queue.putManySync([1, 2, 3]);
      await queue.getMany(3);
    },
    'puts many': async (queue: Queue<number>) => {
      await queue.putMany([1, 2, 3]);
      queue.getManySync(3);
    },
  };

  test.each(Object.entries(turns))('%s', async (_, turn) => {
    using queue = new Queue<number>();
    let fired = 0;
    const timer = setInterval(() => fired++, 1);
    while (fired < 5) await turn(queue);
    clearInterval(timer);
  });

  test('iterates over what another process puts without a pause', async () => {
    using queue = new Queue<number>({ maxsize: 10_000 });
    const producer = startChild(fixture('put-for-ever.mjs'), { args: [queue.handle] });
    expect(await queue.get()).toBe(0);
    const items = queue[Symbol.asyncIterator]();
    let next = 1;
    const counts = await messagesBetweenTicks(40, async () => {
      expect((await items.next()).value).toBe(next++);
    });
    expect(counts).toSatisfy(areSpread);
    await producer.kill();
  });
});

describe('a program', () => {
  test.each(['get', 'put', 'getMany', 'putMany', 'iteration'])('that only awaits %s stays alive', async (what) => {
    using queue = new Queue({ maxsize: 1 });
    const waits = what.startsWith('put') ? 'room' : 'an item';
    if (waits === 'room') queue.putSync('in the way');
    const child = startChild(fixture('only-awaits.mjs'), { args: [queue.handle, what] });
    await child.line('awaits');
    await delay(300); // gives it the time to end by mistake; that it does not is what is expected
    expect(child.lines).toEqual(['awaits']);
    if (waits === 'room') expect(queue.getSync()).toBe('in the way');
    else queue.putSync('late');
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(child.lines).toEqual(['awaits', waits === 'room' ? 'put' : 'got late']);
  });

  test.each(['unref() before get()', 'unref() after get()', 'unref(), ref(), unref()', 'nothing pending'])(
    'ends by itself after %s',
    async (what) => {
      using queue = new Queue();
      const child = startChild(fixture('does-not-await.mjs'), { args: [queue.handle, what] });
      expect(await child.exit).toEqual({ code: 0, signal: null });
      expect(child.lines).toEqual(['end of module', 'exit']);
    },
  );

  test('stays alive after unref() and ref()', async () => {
    using queue = new Queue();
    const child = startChild(fixture('does-not-await.mjs'), { args: [queue.handle, 'unref(), ref()'] });
    await child.line('end of module');
    await delay(300); // as above
    expect(child.lines).toEqual(['end of module']);
    queue.putSync(1);
    expect(await child.exit).toEqual({ code: 0, signal: null });
  });
});
