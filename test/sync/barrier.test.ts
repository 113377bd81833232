import { setImmediate as immediate } from 'node:timers/promises';
import {
  BrokenBarrierError,
  ClosedError,
  HandleError,
  inspectObjects,
  SharedMemory,
} from '@multiprocess/shared-memory';
import { Barrier } from '@multiprocess/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { until } from '../helpers/until.js';
import { count, die } from './fixtures/tasks.mjs';
import { end, forms, inForm, places, User } from './use.js';

const BROKEN = /^BrokenBarrierError/;

test('all go on when the last has arrived; each has a place of its own', async () => {
  using barrier = new Barrier({ parties: 3 });
  const waits = [barrier.wait(), barrier.wait()];
  await immediate();
  expect([barrier.parties, barrier.waiting, barrier.broken]).toEqual([3, 2, false]);
  expect(barrier.waitSync()).toBe(2);
  expect(await Promise.all(waits)).toEqual([0, 1]);
  expect(barrier.waiting).toBe(0);
});

test('it can be used again and again', async () => {
  using barrier = new Barrier({ parties: 3 });
  const party = async () => {
    const places: number[] = [];
    for (let round = 0; round < 500; round++) places.push(await barrier.wait());
    return places;
  };
  const rounds = await Promise.all([party(), party(), party()]);
  for (let i = 0; i < 500; i++) expect(rounds.map((places) => places[i]).sort()).toEqual([0, 1, 2]);
});

test('a party of one never waits', async () => {
  using barrier = new Barrier({ parties: 1 });
  expect(barrier.waitSync()).toBe(0);
  expect(await barrier.wait({ timeout: 0 })).toBe(0);
});

test.each(forms)('processes and threads meet (%s), many times', async (form) => {
  using barrier = new Barrier({ parties: 3 });
  const users = [new User(barrier), new User(barrier, 'thread')];
  for (let round = 0; round < 20; round++) {
    const results = users.map((user) => user.call(inForm('wait', form)));
    const mine = String(await barrier.wait());
    expect([...(await Promise.all(results)), mine].sort()).toEqual(['0', '1', '2']);
  }
});

test.each([0, -1, 1.5, NaN, 4097])('%d parties are a RangeError', (parties) => {
  expect(() => new Barrier({ parties })).toThrow(RangeError);
});

test.each([
  { parties: '3' },
  {},
  null,
  { parties: 2, action: 'now' },
  { parties: 2, timeout: '5' },
  { parties: 2, timeout: NaN },
])('%j are no options: a TypeError', (options) => {
  expect(() => new Barrier(options as never)).toThrow(TypeError);
});

test('a name leads to the same barrier, or is a HandleError with other options', async () => {
  using barrier = new Barrier({ parties: 2, name: 'meeting' });
  using same = new Barrier({ parties: 2, name: 'meeting' });
  expect(await Promise.all([barrier.wait(), same.wait()])).toEqual([0, 1]);
  expect(() => new Barrier({ parties: 3, name: 'meeting' })).toThrow(HandleError);
  expect(() => new Barrier({ parties: 2, timeout: 5, name: 'meeting' })).toThrow(HandleError);
  expect(() => new Barrier({ parties: 2, action: () => 0, name: 'meeting' })).toThrow(HandleError);
});

describe('the action', () => {
  test('runs once each time, when all are there and before any goes on', async () => {
    const events: string[] = [];
    using barrier = new Barrier({ parties: 3, action: () => void events.push(`action with ${barrier.waiting}`) });
    const party = () => barrier.wait().then(() => events.push('passed'));
    for (let round = 0; round < 2; round++) await Promise.all([party(), party(), party()]);
    const once = ['action with 0', 'passed', 'passed', 'passed'];
    expect(events).toEqual([...once, ...once]);
  });

  test('may be async: all wait for it', async () => {
    let done = false;
    using barrier = new Barrier({
      parties: 2,
      action: async () => {
        await immediate();
        done = true;
      },
    });
    const party = () => barrier.wait().then(() => done);
    expect(await Promise.all([party(), party()])).toEqual([true, true]);
  });

  test('must not be async where the thread is blocked', () => {
    using barrier = new Barrier({ parties: 1, action: () => immediate() });
    expect(() => barrier.waitSync()).toThrow(TypeError);
    expect(barrier.broken).toBe(true);
  });

  test.each(forms)(
    'that is a function is run by the party that made it, also if another came last (%s)',
    async (form) => {
      let runs = 0;
      using barrier = new Barrier({ parties: 2, action: () => runs++ });
      const other = new User(barrier);
      const mine = barrier.wait();
      expect(await other.call(inForm('wait', form))).toBe('1');
      expect(await mine).toBe(0);
      expect(runs).toBe(1);
    },
  );

  test('that is a function breaks the barrier if its party is not there', async () => {
    using barrier = new Barrier({ parties: 2, action: () => undefined });
    const users = [new User(barrier), new User(barrier)];
    const results = await Promise.all(users.map((user) => user.call('wait')));
    for (const result of results) expect(result).toMatch(/^BrokenBarrierError.* task/);
  });

  test.each(forms)('that is a task is run by any party (%s)', async (form) => {
    using memory = new SharedMemory({ size: 64 });
    process.env['COUNTER'] = memory.handle;
    onTestFinished(() => {
      delete process.env['COUNTER'];
    });
    using barrier = new Barrier({ parties: 2, action: count });
    const users = [new User(barrier), new User(barrier)];
    for (let round = 1; round <= 3; round++) {
      const results = await Promise.all(users.map((user) => user.call(inForm('wait', form))));
      expect(results.sort()).toEqual(['0', '1']);
      expect(new Int32Array(memory.buffer)[0]).toBe(round);
    }
  });

  test('that fails gives its error to the party that ran it, and breaks the barrier for the others', async () => {
    using barrier = new Barrier({
      parties: 2,
      action: () => {
        throw new Error('inside');
      },
    });
    const other = new User(barrier);
    await other.wait('waitSync');
    await expect(barrier.wait()).rejects.toThrow('inside');
    expect(await other.result('waitSync')).toMatch(/^BrokenBarrierError.*action failed/);
    await expect(barrier.wait()).rejects.toThrow(BrokenBarrierError);
    barrier.reset();
    expect(barrier.broken).toBe(false);
  });

  test('that is running makes new parties wait until it is over', async () => {
    let finish = (): void => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    using barrier = new Barrier({ parties: 2, action: () => gate });
    const first = Promise.all([barrier.wait(), barrier.wait()]);
    const late = new User(barrier);
    await late.wait('wait');
    const next = barrier.wait();
    finish();
    expect(await first).toEqual([0, 1]);
    expect((await Promise.all([late.result('wait'), next])).map(Number).sort()).toEqual([0, 1]);
  });

  test.each(forms)('whose party dies while it runs it breaks the barrier for waiters (%s)', async (form) => {
    using barrier = new Barrier({ parties: 2, action: die });
    const waiter = new User(barrier);
    await waiter.wait(inForm('wait', form));
    const doomed = new User(barrier);
    doomed.tell('waitSync');
    expect(await waiter.result(inForm('wait', form))).toMatch(/^BrokenBarrierError.*died/);
    expect(await doomed.child.exit).toMatchObject({ signal: 'SIGKILL' });
  });
});

describe('a timeout', () => {
  test.each(forms)('breaks the barrier for all present and later parties (%s)', async (form) => {
    using barrier = new Barrier({ parties: 3 });
    const other = new User(barrier);
    await other.wait(inForm('wait', form));
    await expect(barrier.wait({ timeout: 20 })).rejects.toThrow(/timeout/);
    expect(await other.result(inForm('wait', form))).toMatch(BROKEN);
    expect(barrier.broken).toBe(true);
    expect(() => barrier.waitSync()).toThrow(BrokenBarrierError);
    await expect(barrier.wait()).rejects.toThrow(BrokenBarrierError);
  });

  test.each([0, -1])('of %d breaks it at once, unless this party is the last', async (timeout) => {
    using barrier = new Barrier({ parties: 2 });
    const first = barrier.wait();
    await immediate();
    expect(await barrier.wait({ timeout })).toBe(1);
    expect(await first).toBe(0);
    expect(() => barrier.waitSync({ timeout })).toThrow(BrokenBarrierError);
    barrier.reset();
    await expect(barrier.wait({ timeout })).rejects.toThrow(BrokenBarrierError);
    barrier.reset();
    await expect(barrier.wait({ block: false })).rejects.toThrow(BrokenBarrierError);
  });

  test('of the barrier is that of waits which do not say it, wherever it is attached', async () => {
    using barrier = new Barrier({ parties: 2, timeout: 20 });
    using same = Barrier.attach(barrier.handle);
    const begun = performance.now();
    await expect(same.wait()).rejects.toThrow(BrokenBarrierError);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(20);
    barrier.reset();
    const patient = same.wait({ timeout: 1e6 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(barrier.broken).toBe(false);
    barrier.waitSync();
    expect(await patient).toBe(0);
  });
});

test('an aborted party leaves, and the others wait on for another one', async () => {
  using barrier = new Barrier({ parties: 3 });
  const controller = new AbortController();
  const reason = new Error('never mind');
  const leaving = barrier.wait({ signal: controller.signal });
  const staying = barrier.wait();
  await immediate();
  controller.abort(reason);
  await expect(leaving).rejects.toBe(reason);
  expect([barrier.waiting, barrier.broken]).toEqual([1, false]);
  const places = await Promise.all([staying, barrier.wait(), barrier.wait()]);
  expect(places.sort()).toEqual([0, 1, 2]);
  await expect(barrier.wait({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

describe('reset()', () => {
  test.each(forms)('makes waiters find it broken (%s), and others begin anew', async (form) => {
    using barrier = new Barrier({ parties: 2 });
    const other = new User(barrier);
    await other.wait(inForm('wait', form));
    barrier.reset();
    expect(await other.result(inForm('wait', form))).toMatch(/^BrokenBarrierError.*reset/);
    expect([barrier.broken, barrier.waiting]).toEqual([false, 0]);
    const result = other.call(inForm('wait', form));
    await barrier.wait();
    expect(Number(await result)).toBeLessThan(2);
  });

  test('does nothing to an empty one', () => {
    using barrier = new Barrier({ parties: 2 });
    barrier.reset();
    expect([barrier.broken, barrier.waiting]).toEqual([false, 0]);
  });
});

test.each(forms)('abort() breaks it for present (%s) and later parties, until it is reset', async (form) => {
  using barrier = new Barrier({ parties: 2 });
  const other = new User(barrier);
  await other.wait(inForm('wait', form));
  barrier.abort();
  expect(await other.result(inForm('wait', form))).toMatch(/^BrokenBarrierError.*aborted/);
  expect([barrier.broken, barrier.waiting]).toEqual([true, 0]);
  await expect(barrier.wait()).rejects.toThrow(/aborted/);
  barrier.reset();
  expect(barrier.broken).toBe(false);
});

describe.each(places)('a party in a %s that dies while it waits', (where) => {
  test.each(forms)('breaks the barrier for the others (%s), with the reason', async (form) => {
    using barrier = new Barrier({ parties: 4 });
    const doomed = new User(barrier, where);
    const other = new User(barrier);
    await doomed.wait('waitSync');
    await other.wait(inForm('wait', form));
    const mine = barrier.wait();
    mine.catch(() => undefined);
    await end(doomed, where);
    expect(await other.result(inForm('wait', form))).toMatch(/^BrokenBarrierError.*died/);
    await expect(mine).rejects.toThrow(/died/);
    expect(barrier.broken).toBe(true);
  });

  test('is noticed by the party that would have been the last', async () => {
    using barrier = new Barrier({ parties: 2 });
    const doomed = new User(barrier, where);
    await doomed.wait('wait');
    await end(doomed, where);
    await until(() => barrier.broken);
    await expect(barrier.wait()).rejects.toThrow(/died/);
  });
});

test('a party that dies after it passed does not block others', async () => {
  using barrier = new Barrier({ parties: 2 });
  for (let round = 0; round < 5; round++) {
    const other = new User(barrier);
    const result = other.call('waitSync');
    await barrier.wait();
    await result;
    await other.child.kill();
  }
  expect(barrier.broken).toBe(false);
});

test('close() makes its waits throw a ClosedError and takes their parties back', async () => {
  const barrier = new Barrier({ parties: 2 });
  using other = Barrier.attach(barrier.handle);
  const wait = barrier.wait();
  await immediate();
  barrier.close();
  await expect(wait).rejects.toThrow(ClosedError);
  expect([other.waiting, other.broken]).toEqual([0, false]);
  await expect(barrier.wait()).rejects.toThrow(ClosedError);
  expect(() => barrier.waitSync()).toThrow(ClosedError);
  expect(() => barrier.reset()).toThrow(ClosedError);
  expect(() => barrier.parties).toThrow(ClosedError);
});

test('a thousand parties of one thread meet', async () => {
  using barrier = new Barrier({ parties: 1000 });
  const places = await Promise.all(Array.from({ length: 1000 }, () => barrier.wait()));
  expect(new Set(places).size).toBe(1000);
});

test.each(Array.from({ length: 6 }, (_, steps) => steps))(
  'closed %i steps after its last party has come it leaves the next barrier, which may be in its place, alone',
  async (steps) => {
    const barrier = new Barrier({ parties: 2 });
    const result = Promise.allSettled([barrier.wait()]);
    await until(() => inspectObjects().threads.some(({ pid, awaits }) => pid === process.pid && awaits.length > 0));
    barrier.waitSync();
    for (let step = 0; step < steps; step++) await Promise.resolve();
    barrier.close();
    using next = new Barrier({ parties: 2 });
    const first = next.wait();
    await result;
    expect([next.waiting, next.broken]).toEqual([1, false]);
    expect((await Promise.all([first, next.wait()])).sort()).toEqual([0, 1]);
  },
);

test('closed by its own action it leaves the next barrier alone, too', () => {
  const made: Barrier[] = [];
  const action = (): void => {
    barrier.close();
    made.push(new Barrier({ parties: 1 }));
  };
  const barrier = new Barrier({ parties: 1, action });
  expect(() => barrier.waitSync()).toThrow(ClosedError);
  using next = made[0]!;
  expect(next.waitSync()).toBe(0);
});
