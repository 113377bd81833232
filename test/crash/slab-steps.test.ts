import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { attach, HandleError, listSegments, parseHandle } from '@multiprocess/shared-memory';
import { Lock } from '@multiprocess/sync';
import { describe, expect, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';

vi.setConfig({ testTimeout: 240_000 }); // a watchdog: some dozen processes, one after the other

const fixture = new URL('fixtures/die-in-slab.mjs', import.meta.url);
type Action = 'make' | 'attach' | 'close';

/** Who is going to die: it has told the handle of a lock that it has made and holds, in a slab of its own. */
interface Dying {
  readonly handle: string;
  /** Lets it go on. Returns whether it has lived to the end. */
  go(): Promise<boolean>;
}

const places: Record<string, (action: Action, step: number, handle: string) => Promise<Dying>> = {
  async process(action, step, handle) {
    const child = startChild(fixture, { args: [action, String(step), handle] });
    const go = async () => {
      child.say('go');
      return (await child.exit).code === 0;
    };
    return { handle: await child.line(/^multiprocess:/), go };
  },
  async thread(action, step, handle) {
    const worker = new Worker(fixture, { workerData: [action, step, handle], execArgv: [] });
    const [own] = (await once(worker, 'message')) as [string];
    const go = async () => {
      worker.postMessage('go');
      const [code] = (await once(worker, 'exit')) as [number];
      return code === 0;
    };
    return { handle: own, go };
  },
};

/** Which cell of which slab it is, and the how-manieth object there. */
function placeOf(handle: string): { cell: string; generation: number } {
  const [, cell = '', generation] = /^(.+)_(\d+)$/.exec(parseHandle(handle).reference) ?? [];
  return { cell, generation: Number(generation) };
}

const names = () => listSegments().map(({ name }) => name);

describe.each(Object.entries(places))('a %s that dies at any step of', (_, start) => {
  test.each(['make', 'attach', 'close'] as const)('%s leaves others what they have', async (action) => {
    using standing = new Lock(); // keeps the slab
    for (let step = 1, lived = false; !lived; step++) {
      const mine = new Lock();
      const dying = await start(action, step, mine.handle);
      const theirs = Lock.attach(dying.handle);
      lived = await dying.go();

      // What it made and held is taken over by who attached in time, and can be given on.
      expect(theirs.acquireSync(), `after death before step ${step}`).toBe(true);
      expect(theirs.ownerDied).toBe(true);
      const again = Lock.attach(dying.handle);
      expect(again.locked).toBe(true);
      again.close();
      theirs.release();
      // What it was making is no object.
      const next = dying.handle.replace(/_0_0$/, '_1_0');
      expect(() => attach(next)).toThrow(HandleError);
      expect(names().sort()).toEqual(
        [mine, theirs, standing].map(({ handle }) => parseHandle(handle).reference).sort(),
      );

      // It holds nothing any more: the cell is given out again, and the old handle leads nowhere.
      expect(mine.tryAcquire()).toBe(true);
      const before = placeOf(mine.handle);
      const old = mine.handle;
      mine.close();
      expect(() => attach(old)).toThrow(HandleError);
      using another = new Lock();
      expect(placeOf(another.handle)).toEqual({ cell: before.cell, generation: before.generation + 1 });
      expect(another.locked).toBe(false);
      expect(() => attach(old)).toThrow(HandleError);
      theirs.close();
    }
  });
});

test('when the maker is killed, who has its object keeps it and gives it on; it goes with the last of them', async () => {
  const maker = await places['process']!('make', 1, '');
  const lock = Lock.attach(maker.handle);
  const again = Lock.attach(maker.handle);
  expect(await maker.go()).toBe(false);
  expect(await lock.acquire()).toBe(true);
  expect(lock.ownerDied).toBe(true);
  lock.close();
  expect(again.locked).toBe(true);
  const { handle } = again;
  again.close();
  expect(() => attach(handle)).toThrow(HandleError);
  await until(() => names().length === 0);
});
