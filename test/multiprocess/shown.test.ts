import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import {
  attach,
  Barrier,
  BoundedSemaphore,
  BufferPool,
  Client,
  Condition,
  currentProcess,
  Daemon,
  Event,
  JoinableQueue,
  Listener,
  Lock,
  Manager,
  Pipe,
  Pool,
  Popen,
  Process,
  Queue,
  RLock,
  RWLock,
  Semaphore,
  ShareableList,
  SharedArray,
  SharedMap,
  SharedMemory,
  SharedValue,
  SimpleQueue,
} from 'multiprocess';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Shared } from '../manager/fixtures/shared.mjs';

const key = Buffer.from('never to be seen: 0123456789abcdef');
let manager: Manager;
let pool: Pool;
let listener: Listener;
let client: Awaited<ReturnType<typeof Client.connect>>;
let popen: Popen;
let child: Process;
beforeAll(async () => {
  currentProcess().authkey = key;
  manager = await Manager.start({ address: `unix:@multiprocess-test-shown-${process.pid}`, authkey: key });
  manager.register({ url: new URL('../manager/fixtures/shared.mjs', import.meta.url).href }, Shared);
  pool = new Pool({ processes: 1 });
  listener = new Listener({ authkey: key });
  client = await Client.connect({ address: listener.address, authkey: key });
  popen = new Popen(['true']);
  await popen.wait();
  child = new Process({ target: () => undefined, name: 'Worker' });
  child.start();
  await child.join();
});
afterAll(async () => {
  client.close();
  listener.close();
  pool.terminate();
  await pool.join();
  await manager.shutdown();
});

/** Shared objects, and what console.log shows of them. */
const shared: [string, () => { handle: string; close(): void }, string | RegExp][] = [
  ['Lock', () => new Lock(), 'Lock { locked: false }'],
  ['Lock with a name', () => new Lock({ name: 'shown/1' }), "Lock { name: 'shown/1', locked: false }"],
  ['fair Lock', () => new Lock({ fair: true }), 'Lock { locked: false, fair: true }'],
  ['RLock', () => new RLock(), 'RLock { locked: false }'],
  ['RWLock', () => new RWLock(), 'RWLock { readers: 0 }'],
  ['Semaphore', () => new Semaphore({ value: 3 }), 'Semaphore { value: 3 }'],
  ['BoundedSemaphore', () => new BoundedSemaphore({ value: 2 }), 'BoundedSemaphore { value: 2 }'],
  ['Condition', () => new Condition(), 'Condition { lock: RLock { locked: false } }'],
  ['Event', () => new Event(), 'Event { set: false }'],
  ['Barrier', () => new Barrier({ parties: 3 }), 'Barrier { parties: 3, waiting: 0, broken: false }'],
  ['Queue', () => filled(new Queue({ maxsize: 3 })), 'Queue { maxsize: 3, size: 1, shutDown: false }'],
  ['SimpleQueue', () => filled(new SimpleQueue()), 'SimpleQueue { size: 1, shutDown: false }'],
  ['JoinableQueue', () => filled(new JoinableQueue()), /^JoinableQueue \{.*size: 1.*unfinished: 1 \}$/],
  ['SharedMemory', () => new SharedMemory({ size: 64, name: 'shown' }), "SharedMemory { name: 'shown', size: 64 }"],
  ['SharedValue', () => new SharedValue('i64', 7n), "SharedValue { type: 'i64', value: 7n }"],
  ['SharedArray', () => new SharedArray('f64', [1, 2]), /^SharedArray \{ type: 'f64', length: 2, array: .*1, 2 \] \}$/],
  ['ShareableList', () => new ShareableList(['a', 1n]), "ShareableList { length: 2, values: [ 'a', 1n ] }"],
  [
    'BufferPool',
    () => new BufferPool({ chunkSize: 64, chunks: 2 }),
    'BufferPool { chunkSize: 64, chunks: 2, free: 2 }',
  ],
  [
    'SharedBuffer',
    () => new BufferPool({ chunkSize: 64, chunks: 2 }).loanSync({ byteLength: 8 }),
    'SharedBuffer { byteLength: 8 }',
  ],
  ['SharedMap', () => new SharedMap({ memory: 2 ** 20 }).set('a', 1), 'SharedMap { size: 1, memory: 1048576 }'],
  ['a connection', () => Pipe.duplex()[0], 'Connection { readable: true, writable: true }'],
  ['a receiving connection', () => Pipe.simplex()[0], 'Connection { readable: true, writable: false }'],
  ['ListProxy', () => manager.list([1]), /^ListProxy \{ object: \d+ \}$/],
  ['DictProxy', () => manager.dict(), /^DictProxy \{ object: \d+ \}$/],
  ['NamespaceProxy', () => manager.namespace(), /^NamespaceProxy \{ object: \d+ \}$/],
  ['ValueProxy', () => manager.value(1), /^ValueProxy \{ object: \d+ \}$/],
  ['ArrayProxy', () => manager.array('i32', 3), /^ArrayProxy \{ object: \d+ \}$/],
  ['QueueProxy', () => manager.queue(), /^QueueProxy \{ object: \d+ \}$/],
  ['JoinableQueueProxy', () => manager.joinableQueue(), /^JoinableQueueProxy \{ object: \d+ \}$/],
  ['LockProxy', () => manager.lock(), /^LockProxy \{ object: \d+ \}$/],
  ['RLockProxy', () => manager.rlock(), /^RLockProxy \{ object: \d+ \}$/],
  ['SemaphoreProxy', () => manager.semaphore(), /^SemaphoreProxy \{ object: \d+ \}$/],
  ['BoundedSemaphoreProxy', () => manager.boundedSemaphore(), /^BoundedSemaphoreProxy \{ object: \d+ \}$/],
  ['ConditionProxy', () => manager.condition(), /^ConditionProxy \{ object: \d+ \}$/],
  ['EventProxy', () => manager.event(), /^EventProxy \{ object: \d+ \}$/],
  ['BarrierProxy', () => manager.barrier(2), /^BarrierProxy \{ object: \d+ \}$/],
  ['InstanceProxy', () => manager.create('Shared', manager.lock()), /^InstanceProxy \{ object: \d+ \}$/],
];

function filled<Q extends { putSync(item: unknown): void }>(queue: Q): Q {
  queue.putSync(1);
  return queue;
}

describe.each(shared)('%s', (_name, make, text) => {
  test('shows what a person wants to know, and nothing inside', () => {
    const one = make();
    const shown = inspect(one, { breakLength: Infinity });
    if (typeof text === 'string') expect(shown).toBe(text);
    else expect(shown).toMatch(text);
    expect(inspect([[[one]]])).toMatch(/^\[ \[ \[ \[\w+\] \] \] \]$/); // deep inside, its class only
    one.close();
  });

  test('is its handle in JSON, which attach() takes; if closed, it says so', () => {
    const one = make();
    const handle = JSON.parse(JSON.stringify({ one })) as { one: string };
    const again = attach(handle.one);
    expect(again.handle.split(':')[1]).toBe(one.handle.split(':')[1]);
    again.close();
    one.close();
    expect(inspect(one)).toMatch(/^\w+ \{ closed: true \}$/);
    expect(() => JSON.stringify(one)).not.toThrow();
  });
});

/** Objects that are no shared objects. */
const others: [string, () => unknown, string | RegExp][] = [
  [
    'a process not started',
    () => new Process({ name: 'P' }),
    "Process { name: 'P', state: 'not started', daemon: false }",
  ],
  [
    'a process that has ended',
    () => child,
    /^Process \{ name: 'Worker', pid: \d+, state: 'ended', exitCode: 0, daemon: false \}$/,
  ],
  [
    'currentProcess()',
    () => currentProcess(),
    `CurrentProcess { name: 'MainProcess', pid: ${process.pid}, daemon: false }`,
  ],
  [
    'Pool',
    () => pool,
    /^Pool \{ size: 1, state: 'open', busy: 0, queued: 0, running: 0, completed: \d+, failed: 0, replaced: 0 \}$/,
  ],
  ['a result', () => pool.applyAsync(() => 1n), "AsyncResult { state: 'pending' }"],
  ['Manager', () => manager, /^Manager \{ pid: \d+, address: 'unix:@.*', state: 'open' \}$/],
  ['Listener', () => listener, /^Listener \{ address: 'unix:.*', state: 'listening', callers: \d \}$/],
  ['SocketConnection', () => client, 'SocketConnection { readable: true, writable: true, received: 0 }'],
  ['Popen', () => popen, /^Popen \{ args: \[ 'true' \], pid: \d+, state: 'ended', returncode: 0 \}$/],
  [
    'Daemon',
    () => new Daemon({ target: () => 1, pidFile: '/nowhere/d.pid' }),
    /^Daemon \{ pidFile: '\/nowhere\/d.pid', state: 'not running' \}$/,
  ],
  ['a view of a queue in a manager', () => manager.queue().sync, /^QueueProxy \{ object: \d+ \}$/],
];

test.each(others)('%s shows what a person wants to know, also in JSON', (_name, make, text) => {
  const one = make();
  const shown = inspect(one, { breakLength: Infinity });
  if (typeof text === 'string') expect(shown).toBe(text);
  else expect(shown).toMatch(text);
  expect(JSON.stringify(one)).toMatch(/^[{"]/);
});

test.each([...shared, ...others])('%s is one line, whatever the width, and the same in a string', (_name, make) => {
  const one = make();
  const shown = inspect(one);
  expect(shown).not.toContain('\n');
  expect(inspect(one, { breakLength: 20 })).toBe(shown);
  expect(String(one)).toBe(shown);
});

test('an imap shows how far it is', async () => {
  const results = pool.imap((x: number) => x, [1, 2, 3], { window: 2 });
  expect(inspect(results)).toMatch(/^Imap \{ state: 'running', submitted: \d, ahead: \d \}$/);
  for await (const _ of results);
  expect(inspect(results)).toBe("Imap { state: 'ended', submitted: 3, ahead: 0 }");
});

test('a guard shows whether it holds; a result shows its outcome', async () => {
  using lock = new Lock();
  const guard = lock.holdSync();
  expect(inspect(guard)).toBe('Guard { held: true }');
  guard.release();
  expect(JSON.stringify(guard)).toBe('{"held":false}');
  const result = pool.applyAsync(() => ({ n: 1n }));
  await result;
  expect(inspect(result)).toBe("AsyncResult { state: 'fulfilled', value: { n: 1n } }");
  expect(JSON.parse(JSON.stringify(result))).toEqual({ state: 'fulfilled', value: '{ n: 1n }' });
  const failed = pool.applyAsync(() => {
    throw new RangeError('too much');
  });
  await failed.wait();
  expect(JSON.stringify(failed)).toContain('RangeError: too much');
});

test('the holder of a lock is shown', () => {
  using lock = new Lock();
  lock.acquireSync();
  expect(inspect(lock)).toMatch(new RegExp(`locked: true,\\s+owner: \\{ pid: ${process.pid}, threadId: \\d+ \\}`));
  lock.release();
});

test('the properties of a subclass of Process are shown, since they travel with it', () => {
  class Job extends Process {
    readonly url = 'http://here';
  }
  expect(inspect(new Job({ name: 'J' }))).toBe(
    "Job { name: 'J', state: 'not started', daemon: false, url: 'http://here' }",
  );
});

describe('the authkey is shown nowhere', () => {
  const forms = [key.toString(), key.toString('hex'), key.toString('base64'), [...key].join(','), [...key].join(', ')];
  const texts = (one: unknown): string[] => [
    inspect(one),
    inspect(one, { showHidden: true, depth: Infinity, getters: true, customInspect: false, maxArrayLength: Infinity }),
    JSON.stringify(one),
    String(one),
  ];
  test.each([
    ['currentProcess()', () => currentProcess()],
    ['a process', () => child],
    ["a manager's process", () => manager.process],
    ['a manager', () => manager],
    ['a proxy', () => manager.dict()],
    ['a listener', () => listener],
    ['a connection', () => client],
  ])('of %s', (_name, make) => {
    for (const text of texts(make())) for (const form of forms) expect(text).not.toContain(form);
  });

  test.each([
    ['Manager.start()', () => Manager.start({ authkey: key.toString() as never })],
    ['Manager.connect()', () => Manager.connect({ address: 'unix:@nothing', authkey: key.toString() as never })],
    ['Client.connect()', () => Client.connect({ address: 'unix:@nothing', authkey: key.toString() as never })],
    ['a wrong address', () => Client.connect({ address: 'unix:@nothing', authkey: key })],
    ['another key', () => Client.connect({ address: listener.address, authkey: Buffer.from('another') })],
  ])('in what %s throws', async (_name, call) => {
    const error: unknown = await call().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Error);
    for (const text of texts(error)) for (const form of forms) expect(text).not.toContain(form);
  });

  test('in the arguments and the environment of the processes that have it', () => {
    for (const file of ['cmdline', 'environ']) {
      const text = readFileSync(`/proc/${String(manager.process?.pid)}/${file}`, 'latin1');
      for (const form of forms) expect(text).not.toContain(form);
    }
  });
});
