import { Manager } from '@multiprocess/manager';
import { BrokenBarrierError } from '@multiprocess/shared-memory';
import { Barrier } from '@multiprocess/sync';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { until } from '../helpers/until.js';

interface Options {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  readonly block?: boolean;
}

/** A barrier, in this process or in a manager. */
interface AnyBarrier {
  wait(options?: Options): Promise<number>;
  waitSync(options?: Options): number;
  reset(): void | Promise<void>;
  abort(): void | Promise<void>;
  close(): void;
}

interface Implementation {
  readonly name: string;
  make(parties: number, timeout?: number): AnyBarrier;
  /** How many wait, and whether it is broken. */
  state(barrier: AnyBarrier): Promise<[number, boolean]>;
}

const manager = await Manager.start();
afterAll(() => manager.shutdown());

const stateOf = async ({ waiting, broken }: Barrier): Promise<[number, boolean]> => [waiting, broken];
const stateOfProxy = async (barrier: ReturnType<Manager['barrier']>): Promise<[number, boolean]> => [
  await barrier.waiting(),
  await barrier.broken(),
];

const implementations = [
  { name: 'Barrier', make: (parties, timeout) => new Barrier({ parties, timeout }), state: stateOf },
  { name: 'BarrierProxy', make: (parties, timeout) => manager.barrier(parties, { timeout }), state: stateOfProxy },
] as Implementation[];

describe.each(implementations)('$name', ({ make, state }) => {
  const closing = (parties: number, timeout?: number): AnyBarrier => {
    const barrier = make(parties, timeout);
    onTestFinished(() => {
      barrier.close();
    });
    return barrier;
  };

  test('lets its parties go together, each with another number, again and again', async () => {
    const barrier = closing(3);
    for (let i = 0; i < 3; i++) {
      const places = await Promise.all([barrier.wait(), barrier.wait(), barrier.wait()]);
      expect(places.sort()).toEqual([0, 1, 2]);
    }
  });

  test('of one party waits for nothing, in both forms', async () => {
    const barrier = closing(1);
    expect(await barrier.wait()).toBe(0);
    expect(barrier.waitSync({ block: false })).toBe(0);
  });

  test.each([{ timeout: 20 }, { timeout: 0 }, { block: false }])(
    'a wait with %o breaks it for all',
    async (options) => {
      const barrier = closing(3);
      const other = barrier.wait();
      other.catch(() => undefined);
      await expect(barrier.wait(options)).rejects.toThrow(BrokenBarrierError);
      await expect(other).rejects.toThrow(BrokenBarrierError);
      expect(await state(barrier)).toEqual([0, true]);
      expect(() => barrier.waitSync()).toThrow(BrokenBarrierError);
      await barrier.reset();
      expect(() => barrier.waitSync(options)).toThrow(BrokenBarrierError);
    },
  );

  test('its own timeout breaks it', async () => {
    const barrier = closing(2, 20);
    await expect(barrier.wait()).rejects.toThrow(BrokenBarrierError);
    expect(await state(barrier)).toEqual([0, true]);
  });

  test('abort() breaks it, reset() makes it as new', async () => {
    const barrier = closing(2);
    const waiting = barrier.wait();
    waiting.catch(() => undefined);
    await barrier.abort();
    await expect(waiting).rejects.toThrow(BrokenBarrierError);
    expect(await state(barrier)).toEqual([0, true]);
    await barrier.reset();
    expect(await state(barrier)).toEqual([0, false]);
    expect((await Promise.all([barrier.wait(), barrier.wait()])).sort()).toEqual([0, 1]);
  });

  test('wrong options are a TypeError, and no party comes', async () => {
    const barrier = closing(2);
    for (const options of [{ timeout: NaN }, { timeout: '5' }, { block: 1 }, { signal: 5 }, null, 5]) {
      await expect(barrier.wait(options as never)).rejects.toThrow(TypeError);
      expect(() => barrier.waitSync(options as never)).toThrow(TypeError);
    }
    expect(await state(barrier)).toEqual([0, false]);
  });

  test('a wait that is aborted throws the reason, and the others wait on', async () => {
    const barrier = closing(3);
    const reason = new Error('never mind');
    const controller = new AbortController();
    const waiting = barrier.wait({ signal: controller.signal });
    setTimeout(() => {
      controller.abort(reason);
    }, 20);
    const other = barrier.wait();
    await expect(waiting).rejects.toBe(reason);
    await until(async () => (await state(barrier))[0] === 1);
    expect(await state(barrier)).toEqual([1, false]);
    expect((await Promise.all([other, barrier.wait(), barrier.wait()])).sort()).toEqual([0, 1, 2]);
  });
});
