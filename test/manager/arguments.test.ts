import {
  BoundedSemaphoreProxy,
  Client,
  ConditionProxy,
  Listener,
  LockProxy,
  Manager,
  RLockProxy,
  SemaphoreProxy,
} from '@multiprocess/manager';
import type { Factory, ManagerProxy } from '@multiprocess/manager';
import { afterAll, expect, test } from 'vitest';
import { testWrongArguments } from '../helpers/wrong-arguments.js';
import type { CallUnderTest } from '../helpers/wrong-arguments.js';
import type { Kind } from '../helpers/public-arguments.js';

type Method = (...args: never[]) => unknown;

/** Whatever is given for a key by mistake may be one: no message shows it. See the test below. */
const SECRET: readonly Kind[] = ['boolean', 'number', 'string', 'bigint', 'symbol', 'function', 'array', 'record'];

/** The pool is in the server, which checks its options; what cannot be sent is a SerializationError. */
const CHECKED_BY_POOL: readonly Kind[] = [...SECRET, 'instance'];
const POOL_OPTIONS = [
  'options.processes',
  'options.initializer',
  'options.initargs',
  'options.maxTasksPerChild',
  'options.runtime',
  'options.onWorkerDeath',
  'options.retries',
  'options.grace',
  'options.minProcesses',
  'options.maxProcesses',
  'options.maxQueue',
  'options.idleTimeout',
  'options.env',
  'options.execArgv',
  'options.resourceLimits',
];

/** Lets each of these options take any of these kinds, so that only the others are tried. */
function ofEach(options: readonly string[], kinds: readonly Kind[]): Pick<CallUnderTest, 'alsoTakes' | 'wrongSizes'> {
  return {
    alsoTakes: Object.fromEntries(options.map((option) => [option, kinds])),
    wrongSizes: Object.fromEntries(options.map((option) => [option, []])),
  };
}

const manager = await Manager.start();
const lock = manager.lock();
const condition = manager.condition();
const listener = new Listener();
const [client, server] = await Promise.all([Client.connect({ address: listener.address }), listener.accept()]);
const bytes = new Uint8Array(8);

afterAll(async () => {
  client.close();
  server.close();
  listener.close();
  await manager.shutdown();
});

/** Objects of every kind may be options of a wait; only what is in them is looked at. */
const waits = (method: Method, ...args: unknown[]): CallUnderTest => ({
  call: (...given) => method(...given),
  args,
  wrongSizes: {
    offset: [-1, 0.5, NaN, 9],
    'options.offset': [-1, 0.5, NaN, 9],
    'options.size': [-1, 0.5, NaN, 9],
    'options.maxLength': [-1, 0.5, NaN],
  },
  alsoTakes: { options: ['array', 'record'] },
});

function sections(name: string, proxy: ManagerProxy): Record<string, CallUnderTest> {
  return {
    [`${name}.withLock`]: waits((fn) => proxy.withLock(fn)),
    [`${name}.withLockSync`]: waits((fn) => proxy.withLockSync(fn)),
  };
}

function locks(name: string, proxy: LockProxy | SemaphoreProxy): Record<string, CallUnderTest> {
  const nothing = (): void => undefined;
  return {
    ...sections(name, proxy),
    [`${name}.acquire`]: waits((options) => proxy.acquire(options)),
    [`${name}.acquireSync`]: waits((options) => proxy.acquireSync(options)),
    [`${name}.hold`]: waits((options) => proxy.hold(options)),
    [`${name}.run`]: waits((fn, options) => proxy.run(fn, options), nothing, {}),
    [`${name}.runSync`]: waits((fn, options) => proxy.runSync(fn, options), nothing, {}),
  };
}

function permits(name: string, proxy: SemaphoreProxy): Record<string, CallUnderTest> {
  const wrongSizes = { n: [0, -1, 0.5, NaN] };
  return {
    ...locks(name, proxy),
    [`${name}.release`]: { call: (n) => proxy.release(n), args: [], wrongSizes },
    [`${name}.releaseSync`]: { call: (n) => proxy.releaseSync(n), args: [], wrongSizes },
  };
}

function makers(name: string, factory: Factory): Record<string, CallUnderTest> {
  const iterables: readonly Kind[] = ['array', 'string'];
  const counts = { 'options.maxsize': [-1, 0.5, NaN] };
  const permitCounts = { permits: [-1, 0.5, NaN, 2 ** 31] };
  return {
    [`${name}.list`]: { call: (initial) => factory.list(initial), args: [], alsoTakes: { initial: iterables } },
    [`${name}.dict`]: { call: (initial) => factory.dict(initial), args: [], alsoTakes: { initial: ['array'] } },
    [`${name}.namespace`]: { call: (initial) => factory.namespace(initial), args: [] },
    [`${name}.array`]: {
      call: (type, content) => factory.array(type, content),
      args: ['int32', 1],
      wrongSizes: { content: [-1, 0.5, NaN] },
      alsoTakes: { content: iterables },
    },
    [`${name}.queue`]: { call: (options) => factory.queue(options), args: [], wrongSizes: counts },
    [`${name}.joinableQueue`]: { call: (options) => factory.joinableQueue(options), args: [], wrongSizes: counts },
    [`${name}.semaphore`]: { call: (count) => factory.semaphore(count), args: [], wrongSizes: permitCounts },
    [`${name}.boundedSemaphore`]: {
      call: (count) => factory.boundedSemaphore(count),
      args: [],
      wrongSizes: permitCounts,
    },
    [`${name}.barrier`]: {
      call: (parties, options) => factory.barrier(parties, options),
      args: [2],
      wrongSizes: { parties: [0, -1, 0.5, NaN] },
    },
    [`${name}.pool`]: {
      call: async (options: never) => await factory.pool(options).size(),
      args: [],
      ...ofEach(POOL_OPTIONS, CHECKED_BY_POOL),
      alsoTakes: { ...ofEach(POOL_OPTIONS, CHECKED_BY_POOL).alsoTakes, options: ['record'] },
    },
    [`${name}.create`]: { call: (type) => factory.create(type), args: [] },
  };
}

const address = 'tcp://127.0.0.1:1';
const wrongSizes = {
  'options.authkey': [],
  'options.backlog': [0, -1, 0.5, NaN],
  'options.handshakeTimeout': [0, -1, NaN],
};
const alsoTakes: CallUnderTest['alsoTakes'] = { 'options.tls': ['record'], 'options.authkey': SECRET };

testWrongArguments('manager', {
  'Manager.start': { call: (options) => Manager.start(options), args: [], wrongSizes, alsoTakes },
  'Manager.connect': { call: (options) => Manager.connect(options), args: [{ address }], wrongSizes, alsoTakes },
  'Manager.attach': { call: (handle) => Manager.attach(handle), args: [] },
  'Manager.register': {
    call: (module, made, options) => manager.register(module, made, options),
    args: [import.meta, class Shape {}],
    alsoTakes: { 'options.exposed': ['array'] },
  },
  'Manager.batch': { call: (fn) => manager.batch(fn), args: [] },
  ...makers('Manager', manager),
  ...makers('Factory', manager),
  Listener: {
    call: (options) => new Listener(options),
    args: [],
    wrongSizes,
    alsoTakes,
  },
  'Listener.accept': waits((options) => listener.accept(options)),
  'SocketConnection.send': waits((value, options) => client.send(value, options), 1, {}),
  'SocketConnection.recv': waits((options) => client.recv(options)),
  'SocketConnection.poll': waits((options) => client.poll(options)),
  'SocketConnection.sendBytes': waits((given, options) => client.sendBytes(given, options), bytes, {}),
  'SocketConnection.recvBytes': waits((options) => client.recvBytes(options)),
  'SocketConnection.recvBytesInto': waits(
    (target, offset, options) => client.recvBytesInto(target, offset, options),
    bytes,
    0,
    {},
  ),
  ...sections('ManagerProxy', lock),
  ...sections('IteratorProxy', lock),
  'LockProxy.attach': { call: (handle) => LockProxy.attach(handle), args: [] },
  ...locks('LockProxy', lock),
  'RLockProxy.attach': { call: (handle) => RLockProxy.attach(handle), args: [] },
  ...locks('RLockProxy', manager.rlock()),
  'SemaphoreProxy.attach': { call: (handle) => SemaphoreProxy.attach(handle), args: [] },
  ...permits('SemaphoreProxy', manager.semaphore()),
  'BoundedSemaphoreProxy.attach': { call: (handle) => BoundedSemaphoreProxy.attach(handle), args: [] },
  ...permits('BoundedSemaphoreProxy', manager.boundedSemaphore()),
  'ConditionProxy.attach': { call: (handle) => ConditionProxy.attach(handle), args: [] },
  ...locks('ConditionProxy', condition),
  'ConditionProxy.wait': waits((options) => condition.wait(options)),
  'ConditionProxy.waitSync': waits((options) => condition.waitSync(options)),
  'ConditionProxy.waitFor': waits(
    (predicate, options) => condition.waitFor(predicate, options),
    () => true,
    {},
  ),
  'ConditionProxy.waitForSync': waits(
    (predicate, options) => condition.waitForSync(predicate, options),
    () => true,
    {},
  ),
  'ConditionProxy.notify': {
    call: (n) => condition.notify(n),
    args: [],
    wrongSizes: { n: [NaN] },
  },
  'ConditionProxy.notifySync': {
    call: (n) => condition.notifySync(n),
    args: [],
    wrongSizes: { n: [NaN] },
  },
});

test.each([null, true, 5, 'the key itself', 5n, Symbol('s'), [5], {}, () => undefined])(
  'authkey %o is a TypeError that does not show what could be a key',
  async (authkey) => {
    const message = `authkey must be a Uint8Array, received ${authkey === null ? 'null' : typeof authkey}`;
    const wrong = { address, authkey: authkey as never };
    await expect(Manager.start(wrong)).rejects.toThrow(new TypeError(message));
    await expect(Manager.connect(wrong)).rejects.toThrow(new TypeError(message));
    await expect(Client.connect(wrong)).rejects.toThrow(new TypeError(message));
    expect(() => new Listener(wrong)).toThrow(new TypeError(message));
  },
);

test.each([undefined, null, 5, {}, { address: 5 }, { address, timeout: '5' }, { address, tls: 5 }])(
  'Client.connect(%o) is a TypeError that shows what was received',
  async (options) => {
    await expect(Client.connect(options as never)).rejects.toThrow(/^\w+ must be .*, received /);
    await expect(Client.connect(options as never)).rejects.toBeInstanceOf(TypeError);
  },
);

test('new Manager() says how one is made', () => {
  expect(() => new (Manager as unknown as new () => Manager)()).toThrow(
    new TypeError('A manager is not made by new: use await Manager.start(), or Manager.connect() to one that runs'),
  );
});
