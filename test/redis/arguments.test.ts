import {
  connect,
  examineServer,
  listObjects,
  RedisBarrier,
  RedisBoundedSemaphore,
  RedisCondition,
  RedisDict,
  RedisEvent,
  RedisJoinableQueue,
  RedisList,
  RedisLock,
  RedisNamespace,
  RedisQueue,
  RedisRLock,
  RedisSemaphore,
  RedisValue,
} from '@multiprocess/redis';
import type { RedisStore } from '@multiprocess/redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Kind } from '../helpers/public-arguments.js';
import { sharedServers } from '../helpers/servers/redis-server.js';
import { testWrongArguments } from '../helpers/wrong-arguments.js';
import type { CallUnderTest } from '../helpers/wrong-arguments.js';

type Method = (...args: never[]) => unknown;

/** Whatever is given for a password by mistake may be one: no message shows it. */
const SECRET: readonly Kind[] = [
  'null',
  'boolean',
  'number',
  'bigint',
  'symbol',
  'function',
  'array',
  'record',
  'instance',
];
const EVERY: readonly Kind[] = [...SECRET, 'undefined', 'string'];

const NO_INDEX = [0.5, NaN, Infinity];
const NO_COUNT = [-1, 0.5, NaN];

const LOOKS = {
  wrongSizes: { 'options.password': [] },
  alsoTakes: { url: ['undefined'], 'options.password': SECRET, 'options.tls': ['record'] },
} satisfies Partial<CallUnderTest>;

const nothing = (): undefined => undefined;

const waits = (call: Method, ...args: unknown[]): CallUnderTest => ({ call, args, alsoTakes: { options: ['array'] } });

// All engines have the same checks, which run before anything is sent.
const [server] = sharedServers();
describe.skipIf(server?.missing !== undefined)('on a server', () => {
  let store: RedisStore;
  let lock: RedisLock;
  let rlock: RedisRLock;
  let condition: RedisCondition;
  let semaphore: RedisSemaphore;
  let bounded: RedisBoundedSemaphore;
  let queue: RedisQueue;
  let jobs: RedisJoinableQueue;
  let list: RedisList<number>;
  let dict: RedisDict;
  let namespace: RedisNamespace;
  let value: RedisValue<number>;
  let event: RedisEvent;
  let barrier: RedisBarrier;

  beforeAll(async () => {
    store = await connect(server!.url());
    lock = store.lock();
    rlock = store.rlock();
    condition = store.condition();
    semaphore = store.semaphore();
    bounded = store.boundedSemaphore();
    queue = store.queue();
    jobs = store.joinableQueue();
    list = store.list([1, 2, 3]);
    dict = store.dict();
    namespace = store.namespace();
    value = store.value(1);
    event = store.event();
    barrier = store.barrier(2);
    await condition.acquire();
  });
  afterAll(() => store.close());

  const acquirables = (name: string, object: () => RedisLock | RedisSemaphore): Record<string, CallUnderTest> => ({
    [`${name}.acquire`]: waits((options) => object().acquire(options)),
    [`${name}.hold`]: waits((options) => object().hold(options)),
    [`${name}.run`]: waits((fn, options) => object().run(fn, options), nothing, {}),
  });

  const permits = (name: string, object: () => RedisSemaphore): Record<string, CallUnderTest> => ({
    ...acquirables(name, object),
    [`${name}.release`]: { call: (n) => object().release(n), args: [], wrongSizes: { count: [0, ...NO_COUNT] } },
  });

  const queues = (name: string, object: () => RedisQueue): Record<string, CallUnderTest> => ({
    [`${name}.put`]: waits((item, options) => object().put(item, options), 1, {}),
    [`${name}.putMany`]: waits((items, options) => object().putMany(items, options), [1], {}),
    [`${name}.get`]: waits((options) => object().get(options)),
    [`${name}.getMany`]: {
      ...waits((max, options) => object().getMany(max, options), 1, {}),
      wrongSizes: { max: [0, ...NO_COUNT] },
    },
    [`${name}.drained`]: waits((options) => object().drained(options)),
    [`${name}.shutdown`]: { call: (options) => object().shutdown(options), args: [{}] },
  });

  /** The callbacks of a list, and what is to be found at an index of it. */
  const lists: Record<string, CallUnderTest> = {
    ...Object.fromEntries(
      (['map', 'filter', 'find', 'findIndex', 'some', 'every'] as const).map((method) => [
        `RedisList.${method}`,
        { call: (fn: never) => list[method](fn), args: [nothing] },
      ]),
    ),
    'RedisList.reduce': { call: (fn, first) => list.reduce(fn, first), args: [nothing, 0] },
    'RedisList.sort': { call: (compare) => list.sort(compare), args: [] },
    'RedisList.get': { call: (at) => list.get(at), args: [0], wrongSizes: { index: NO_INDEX } },
    'RedisList.at': { call: (at) => list.at(at), args: [0], wrongSizes: { index: NO_INDEX } },
    'RedisList.set': { call: (at, item) => list.set(at, item), args: [0, 1], wrongSizes: { index: NO_INDEX } },
    'RedisList.extend': { call: (items) => list.extend(items), args: [[]], alsoTakes: { values: ['array'] } },
    'RedisList.delete': { call: (at) => list.delete(at), args: [0], wrongSizes: { index: NO_INDEX } },
    'RedisList.update': {
      call: (at, change) => list.update(at, change),
      args: [0, () => 1],
      wrongSizes: { index: NO_INDEX },
    },
    'RedisList.increment': {
      call: (at, amount) => list.increment(at, amount),
      args: [0, 1],
      wrongSizes: { index: NO_INDEX, amount: [] },
      // Numbers and bigints are told apart by what they are added to.
      alsoTakes: { amount: ['bigint'] },
    },
    'RedisList.compareAndSet': {
      call: (at, expected, item) => list.compareAndSet(at, expected, item),
      args: [0, 1, 1],
      wrongSizes: { index: NO_INDEX },
    },
    'RedisList.setLength': { call: (length) => list.setLength(length), args: [3], wrongSizes: { length: NO_COUNT } },
    'RedisList.insert': { call: (at, item) => list.insert(at, item), args: [0, 1], wrongSizes: { index: NO_INDEX } },
    // As the methods of arrays, these make a number of anything, and a text.
    'RedisList.fill': {
      call: (item, from, to) => list.fill(item, from, to),
      args: [1],
      wrongSizes: { start: [], end: [] },
      alsoTakes: { start: EVERY, end: EVERY },
    },
    'RedisList.slice': {
      call: (from, to) => list.slice(from, to),
      args: [],
      wrongSizes: { start: [], end: [] },
      alsoTakes: { start: EVERY, end: EVERY },
    },
    'RedisList.join': {
      call: (separator) => list.join(separator),
      args: [],
      wrongSizes: { separator: [] },
      alsoTakes: { separator: EVERY },
    },
    'RedisList.indexOf': {
      call: (item, from) => list.indexOf(item, from),
      args: [1],
      wrongSizes: { from: [] },
      alsoTakes: { from: EVERY },
    },
  };

  const makers: Record<string, CallUnderTest> = {
    'RedisStore.list': {
      call: (initial, options) => store.list(initial, options),
      args: [[], {}],
      alsoTakes: { initial: ['array', 'string'] },
    },
    'RedisStore.dict': {
      call: (initial, options) => store.dict(initial, options),
      args: [{}, {}],
      alsoTakes: { initial: ['array'] },
    },
    'RedisStore.namespace': { call: (initial, options) => store.namespace(initial, options), args: [{}, {}] },
    'RedisStore.value': { call: (initial, options) => store.value(initial, options), args: [1, {}] },
    ...Object.fromEntries(
      (['queue', 'joinableQueue'] as const).map((kind) => [
        `RedisStore.${kind}`,
        { call: (options: never) => store[kind](options), args: [{}], wrongSizes: { 'options.maxsize': NO_COUNT } },
      ]),
    ),
    ...Object.fromEntries(
      (['lock', 'rlock', 'condition', 'event'] as const).map((kind) => [
        `RedisStore.${kind}`,
        { call: (options: never) => store[kind](options), args: [{}] },
      ]),
    ),
    ...Object.fromEntries(
      (['semaphore', 'boundedSemaphore'] as const).map((kind) => [
        `RedisStore.${kind}`,
        {
          call: (count: never, options: never) => store[kind](count, options),
          args: [1, {}],
          wrongSizes: { permits: [...NO_COUNT, 2 ** 31] },
        },
      ]),
    ),
    'RedisStore.barrier': {
      call: (parties, options) => store.barrier(parties, options),
      args: [2, {}],
      wrongSizes: { parties: [0, ...NO_COUNT] },
    },
  };

  const classes: Readonly<Record<string, { attach(handle: string): unknown }>> = {
    RedisBarrier,
    RedisBoundedSemaphore,
    RedisCondition,
    RedisDict,
    RedisEvent,
    RedisJoinableQueue,
    RedisList,
    RedisLock,
    RedisNamespace,
    RedisQueue,
    RedisRLock,
    RedisSemaphore,
    RedisValue,
  };

  testWrongArguments('redis', {
    connect: {
      call: (url, options) => connect(url, options),
      args: ['redis://127.0.0.1:1', {}],
      wrongSizes: {
        'options.lease': [0, 99, 0.5, NaN],
        'options.grace': NO_COUNT,
        'options.reconnectTimeout': [-1, NaN],
        'options.minReplicas': NO_COUNT,
        'options.password': [],
      },
      alsoTakes: { url: ['undefined'], 'options.password': SECRET, 'options.tls': ['record'] },
    },
    examineServer: { call: (url, options) => examineServer(url, options), args: ['redis://127.0.0.1:1', {}], ...LOOKS },
    listObjects: { call: (url, options) => listObjects(url, options), args: ['redis://127.0.0.1:1', {}], ...LOOKS },
    ...makers,
    ...Object.fromEntries(
      Object.entries(classes).map(([name, one]) => [
        `${name}.attach`,
        { call: (handle: never) => one.attach(handle), args: [''] },
      ]),
    ),
    ...acquirables('RedisLock', () => lock),
    ...acquirables('RedisRLock', () => rlock),
    ...acquirables('RedisCondition', () => condition),
    'RedisCondition.wait': waits((options) => condition.wait(options)),
    'RedisCondition.waitFor': waits(
      (predicate, options) => condition.waitFor(predicate, options),
      () => true,
      {},
    ),
    'RedisCondition.notify': { call: (count) => condition.notify(count), args: [], wrongSizes: { count: [NaN] } },
    ...permits('RedisSemaphore', () => semaphore),
    ...permits('RedisBoundedSemaphore', () => bounded),
    ...queues('RedisQueue', () => queue),
    ...queues('RedisJoinableQueue', () => jobs),
    'RedisJoinableQueue.join': waits((options) => jobs.join(options)),
    ...lists,
    'RedisDict.update': {
      call: (...args) => dict.update(...(args as unknown as [never])),
      args: [{}],
      // What comes with a function is a key, which may be anything.
      alsoTakes: { content: ['array'] },
    },
    'RedisDict.increment': {
      call: (key, amount) => dict.increment(key, amount),
      args: ['n', 1],
      wrongSizes: { amount: [] },
      alsoTakes: { amount: ['bigint'] },
    },
    'RedisNamespace.get': { call: (name) => namespace.get(name), args: ['n'] },
    'RedisNamespace.set': { call: (name, content) => namespace.set(name, content), args: ['n', 1] },
    'RedisNamespace.delete': { call: (name) => namespace.delete(name), args: ['n'] },
    'RedisNamespace.has': { call: (name) => namespace.has(name), args: ['n'] },
    'RedisValue.update': { call: (change) => value.update(change), args: [() => 1] },
    'RedisEvent.wait': waits((options) => event.wait(options)),
    'RedisBarrier.wait': waits((options) => barrier.wait(options)),
  });
});

test.each([null, true, 5, 5n, Symbol('s'), ['secret'], { secret: 'secret' }, () => 'secret'])(
  'a password that is %o is a TypeError that does not show what could be one',
  async (password) => {
    const message = `password must be a string, received ${password === null ? 'null' : typeof password}`;
    await expect(connect('redis://127.0.0.1:1', { password: password as never })).rejects.toThrow(
      new TypeError(message),
    );
  },
);

if (server?.missing !== undefined) test.skip(`skipped: ${server.missing}`);
