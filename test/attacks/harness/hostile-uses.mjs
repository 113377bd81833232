// What the victims of hostile memory do: for each family of objects, how to make them and what to do with them at random.
import * as mp from 'multiprocess';
import { sleep } from './waiting.mjs';

const WAIT_MS = 60;
const soon = { timeout: WAIT_MS };
const CRASHES = [-4, -6, -7, -8, -11]; // SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV

/**
 * @typedef {object} Victim
 * @property {(below: number) => number} random
 * @property {(what: string, limit: number, call: () => unknown) => Promise<any>} attempt
 *   makes a call that should not take longer than `limit` milliseconds
 * @property {(text: string) => void} fault
 */

/**
 * @param {string} family
 * @param {Victim} victim
 * @param {Function} echo a task that gives back its argument
 */
export function usesOf(family, victim, echo) {
  return USES[family](victim, echo);
}

const sync = ({ random, attempt }) => {
  const objects = {
    lock: new mp.Lock(),
    rlock: new mp.RLock(),
    semaphore: new mp.Semaphore({ value: 2 }),
    bounded: new mp.BoundedSemaphore({ value: 2 }),
    condition: new mp.Condition(),
    event: new mp.Event(),
    barrier: new mp.Barrier({ parties: 2, timeout: WAIT_MS }),
  };
  const { lock, rlock, semaphore, bounded, condition, event, barrier } = objects;
  const permits = [semaphore, bounded].flatMap((object) => [
    () => attempt('semaphore.acquireSync', WAIT_MS, () => object.acquireSync(soon) && object.release()),
    () => attempt('semaphore.acquire', WAIT_MS, async () => (await object.acquire(soon)) && object.release()),
    () => attempt('semaphore.value', 0, () => object.value),
    () => attempt('semaphore.release', 0, () => object.release(2)),
  ]);
  const uses = [
    ...permits,
    () => attempt('lock.acquireSync', WAIT_MS, () => lock.acquireSync(soon)),
    () => attempt('lock.acquire', WAIT_MS, () => lock.acquire(soon)),
    () => attempt('lock.release', 0, () => lock.release()),
    () => attempt('lock.owner', 0, () => [lock.owner, lock.locked]),
    () => attempt('rlock.runSync', WAIT_MS, () => rlock.runSync(() => rlock.runSync(() => 1), soon)),
    () => attempt('rlock.run', WAIT_MS, () => rlock.run(async () => await null, soon)),
    () => attempt('condition.notifyAll', WAIT_MS, () => condition.runSync(() => condition.notifyAll(), soon)),
    () => attempt('condition.waitSync', 3 * WAIT_MS, () => condition.runSync(() => condition.waitSync(soon), soon)),
    () => attempt('condition.wait', 3 * WAIT_MS, () => condition.run(() => condition.wait(soon), soon)),
    () => attempt('event.set', 0, () => event.set()),
    () => attempt('event.clear', 0, () => event.clear()),
    () => attempt('event.waitSync', WAIT_MS, () => event.waitSync(soon)),
    () => attempt('event.wait', WAIT_MS, () => event.wait(soon)),
    () => attempt('barrier.waitSync', WAIT_MS, () => barrier.waitSync(soon)),
    () => attempt('barrier.wait', WAIT_MS, () => Promise.all([barrier.wait(soon), barrier.wait(soon)])),
    () => attempt('barrier.reset', 0, () => barrier.reset()),
    () => attempt('barrier.waiting', 0, () => [barrier.waiting, barrier.broken]),
    () => attempt('attach', 0, () => mp.attach(Object.values(objects)[random(7)].handle).close()),
    () => attempt('new Lock', 0, () => new mp.Lock().close()),
    () => attempt('listSegments', 0, () => mp.listSegments()),
    () => attempt('removeOrphans', 0, () => mp.removeOrphans()),
  ];
  return { objects, uses };
};

const queue = ({ random, attempt }) => {
  const objects = {
    small: new mp.Queue({ maxsize: 5 }),
    joinable: new mp.JoinableQueue({ memory: 2 ** 16 }),
    big: new mp.Queue(),
    simple: new mp.SimpleQueue(),
  };
  const { small, joinable, big, simple } = objects;
  const simpleUses = [small, joinable, big, simple].flatMap((object) => [
    () => attempt('putSync', WAIT_MS, () => object.putSync({ n: random(100), s: 'x'.repeat(random(50)) }, soon)),
    () => attempt('put', WAIT_MS, () => object.put({ n: 1, s: 'y' }, soon)),
    () => attempt('getSync', WAIT_MS, () => object.getSync(soon)),
    () => attempt('get', WAIT_MS, () => object.get(soon)),
  ]);
  const moreUses = [small, joinable, big].flatMap((object) => [
    () => attempt('putNowait', 0, () => object.putNowait({ a: random(9), b: 'q' })),
    () => attempt('getNowait', 0, () => object.getNowait()),
    () =>
      attempt('putManySync', WAIT_MS, () =>
        object.putManySync([1, { a: 2 }, 'z'.repeat(random(20_000)), new Map([[1, 2]])], soon),
      ),
    () => attempt('getManySync', WAIT_MS, () => object.getManySync(10, soon)),
    () => attempt('getMany', WAIT_MS, () => object.getMany(10, soon)),
    () => attempt('size', 0, () => [object.size, object.empty, object.full]),
  ]);
  const uses = [
    ...simpleUses,
    ...moreUses,
    () => attempt('taskDone', 0, () => joinable.taskDone()),
    () => attempt('join', WAIT_MS, () => joinable.join(soon)),
    () => attempt('joinSync', WAIT_MS, () => joinable.joinSync(soon)),
    () => attempt('putSync, large', WAIT_MS, () => big.putSync(Buffer.alloc(random(300_000)), soon)),
    () => attempt('attach', 0, () => mp.Queue.attach(small.handle).close()),
    () => random(20) === 0 && attempt('shutdown', WAIT_MS, () => small.shutdown({ immediate: random(2) === 0 })),
    () => attempt('listSegments', 0, () => mp.listSegments()),
  ];
  return { objects, uses };
};

const pipe = ({ random, attempt }) => {
  const [a, b] = mp.Pipe.duplex();
  const [reader, writer] = mp.Pipe.simplex({ capacity: 2 ** 16 });
  const objects = { a, b, reader, writer };
  const uses = [
    ...[a, b, writer].flatMap((end) => [
      () => attempt('sendSync', WAIT_MS, () => end.sendSync({ n: random(100), s: 'x'.repeat(random(200)) }, soon)),
      () => attempt('send', WAIT_MS, () => end.send([1, 2, 3], soon)),
      () => attempt('sendBytes', WAIT_MS, () => end.sendBytes(Buffer.alloc(random(5000)), soon)),
    ]),
    ...[a, b, reader].flatMap((end) => [
      () => attempt('recvSync', WAIT_MS, () => end.recvSync(soon)),
      () => attempt('recv', WAIT_MS, () => end.recv(soon)),
      () => attempt('recvBytesSync', WAIT_MS, () => end.recvBytesSync({ ...soon, maxLength: 100 })),
      () => attempt('poll', WAIT_MS, () => end.poll(soon)),
      () => attempt('pollSync', WAIT_MS, () => end.pollSync(soon)),
    ]),
    () => attempt('waitReady', WAIT_MS, () => mp.waitReady([a, b, reader], soon)),
    () => attempt('waitReadySync', WAIT_MS, () => mp.waitReadySync([a, b, reader], soon)),
    () =>
      attempt('ends travel', WAIT_MS, () => {
        a.sendSync(mp.Pipe.duplex(), soon);
        const received = b.recvSync(soon);
        if (Array.isArray(received)) for (const end of received) end?.close?.();
      }),
    () => attempt('listSegments', 0, () => mp.listSegments()),
  ];
  return { objects, uses };
};

const values = ({ random, attempt }) => {
  const objects = {
    integer: new mp.SharedValue('i32', 0),
    float: new mp.SharedValue('f64', 0.5),
    array: new mp.SharedArray('f64', 1000),
    bigints: new mp.SharedArray('i64', 10),
    list: new mp.ShareableList([1, 'two', 3.5, null, true, Buffer.from('xyz')]),
    memory: new mp.SharedMemory({ size: 100_000 }),
  };
  const { integer, float, array, bigints, list, memory } = objects;
  const uses = [
    () =>
      attempt('value.add', 0, () => [integer.value++, integer.add(1), integer.compareExchange(1, 2), float.add(0.5)]),
    () => attempt('value.lock', WAIT_MS, () => integer.lock.runSync(() => 1, soon)),
    () => attempt('array.set', 0, () => [array.set(random(1000), 1.5), array.at(random(1000)), (array.array[3] = 1)]),
    () => attempt('array.set, bigints', 0, () => bigints.set(1, 2n ** 40n)),
    () => attempt('list.at', 0, () => list.at(random(6))),
    () => attempt('list.set', 0, () => list.set(1, 'ab')),
    () => attempt('list, all', 0, () => [[...list], list.count('two'), list.length, list.indexOf(3.5)]),
    () => attempt('memory', 0, () => new Uint8Array(memory.buffer).fill(1)),
    () => attempt('attach', 0, () => Object.values(objects).map(({ handle }) => mp.attach(handle).close())),
    () => attempt('listSegments', 0, () => mp.listSegments()),
  ];
  return { objects, uses };
};

const LONG_MS = 3000;

/** Whatever a promise gives within `limit` milliseconds, else undefined. */
const atMost = (promise, limit = LONG_MS) => Promise.race([promise, sleep(limit)]);

const processes = ({ attempt, fault }, echo) => {
  const run = async (options, join) => {
    const child = new mp.Process({ target: echo, args: [{ a: 1 }], stdio: 'ignore', ...options });
    await attempt('start', 0, () => child.start());
    const joined = await attempt('join', LONG_MS, () => join(child));
    if (CRASHES.includes(child.exitCode)) fault(`a child ended with ${child.exitCode}`);
    if (joined !== true) await attempt('kill', 0, () => child.kill());
  };
  const uses = [
    () => run({}, (child) => child.join({ timeout: LONG_MS })),
    () => run({}, (child) => child.joinSync({ timeout: LONG_MS })),
    () => run({}, async (child) => [await atMost(child.ready()), await child.join({ timeout: LONG_MS })][1]),
    () => run({ runtime: 'thread' }, (child) => child.join({ timeout: LONG_MS })),
  ];
  return { objects: {}, uses };
};

const pool = ({ attempt }, echo) => {
  const use = async () => {
    const made = await attempt('new Pool', 0, () => new mp.Pool({ processes: 2 }));
    if (made === undefined) return;
    for (let i = 0; i < 3; i++) {
      await attempt('apply', LONG_MS, () => atMost(made.apply(echo, [i])));
      await attempt('map', LONG_MS, () => atMost(made.map(echo, [1, 2, 3, 4, 5, 6, 7, 8])));
    }
    await attempt('terminate', LONG_MS, () => made.terminate());
    await attempt('join', LONG_MS, () => made.join({ timeout: LONG_MS }));
  };
  return { objects: {}, uses: [use] };
};

const manager = ({ attempt, fault }) => {
  const use = async () => {
    const made = await attempt('Manager.start', 8000, () => atMost(mp.Manager.start(), 8000));
    if (made === undefined) return;
    const dict = await attempt('dict', 0, () => made.dict({ a: 1 }));
    const lock = await attempt('lock', 0, () => made.lock());
    const items = await attempt('queue', 0, () => made.queue());
    const calls = {
      set: (i) => dict.set('k', { i }),
      get: () => dict.get('k'),
      snapshot: () => dict.snapshot(),
      lock: async () => (await lock.acquire(soon)) && lock.release(),
      put: (i) => items.put(i),
      take: () => items.get(soon),
      info: () => made.info(),
    };
    for (let i = 0; i < 10; i++) {
      for (const [name, call] of Object.entries(calls)) await attempt(name, LONG_MS, () => atMost(call(i)));
    }
    await attempt('shutdown', LONG_MS, () => atMost(made.shutdown()));
    if (CRASHES.includes(made.process.exitCode)) fault(`the server ended with ${made.process.exitCode}`);
    made.process.kill();
  };
  return { objects: {}, uses: [use] };
};

const USES = { sync, queue, pipe, values, process: processes, pool, manager };
export const FAMILIES = Object.keys(USES);
