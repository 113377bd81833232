import { getEventListeners } from 'node:events';
import {
  Barrier,
  BoundedSemaphore,
  Client,
  Condition,
  Event,
  JoinableQueue,
  Listener,
  Lock,
  Manager,
  pause,
  Pipe,
  Pool,
  Popen,
  Process,
  Queue,
  RLock,
  run,
  RWLock,
  Semaphore,
  sigtimedwait,
  sigwait,
  SimpleQueue,
  waitReady,
} from 'multiprocess';
import type { AsyncResult, WaitOptions } from 'multiprocess';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

// More than Node takes for no leak.
const WAITS = 12;
type Wait = (options: WaitOptions) => Promise<unknown>;

let manager: Manager;
let pool: Pool;
beforeAll(async () => {
  manager = await Manager.start();
  pool = new Pool({ processes: 1 });
});
afterAll(async () => {
  pool.terminate();
  await pool.join();
  await manager.shutdown();
});

const warnings: Error[] = [];
const note = (warning: Error): void => void warnings.push(warning);
const tidy: (() => unknown)[] = [];
beforeEach(() => {
  warnings.length = 0;
  process.on('warning', note);
});
afterEach(async () => {
  process.off('warning', note);
  for (const end of tidy.splice(0).reverse()) await end();
});

/** Closes it when the test ends. */
function closing<T extends Disposable>(one: T): T {
  tidy.push(() => {
    one[Symbol.dispose]();
  });
  return one;
}

function sleeper(): Process {
  const one = new Process({ target: () => new Promise((resolve) => setTimeout(resolve, 2 ** 30)) });
  one.start();
  tidy.push(async () => {
    one.kill();
    await one.join();
  });
  return one;
}

function program(): Popen {
  const one = new Popen(['sleep', '1000']);
  tidy.push(async () => {
    one.kill();
    await one.wait();
  });
  return one;
}

function endless(): AsyncResult<unknown> {
  const own = new Pool({ processes: 1 });
  tidy.push(async () => {
    own.terminate();
    await own.join();
  });
  return own.applyAsync(() => new Promise((resolve) => setTimeout(resolve, 2 ** 30)));
}

async function connections() {
  const listener = closing(new Listener());
  const [client, server] = await Promise.all([Client.connect({ address: listener.address }), listener.accept()]);
  return [closing(client), closing(server)] as const;
}

async function fullConnection(): Promise<Wait> {
  const [client] = await connections();
  const bytes = new Uint8Array(2 ** 22);
  await client.sendBytes(bytes); // the other side does not read
  await client.sendBytes(bytes);
  return (o) => client.sendBytes(bytes, o);
}

/** Each makes something that is waited for in vain. */
const waits: [string, () => Wait | Promise<Wait>][] = [
  ['Lock.acquire', () => held(closing(new Lock()))],
  ['Lock.hold', () => heldBy(closing(new Lock()), (lock, o) => lock.hold(o))],
  ['Lock.run', () => heldBy(closing(new Lock()), (lock, o) => lock.run(() => undefined, o))],
  ['RLock.acquire', () => held(closing(new RLock()))],
  ['ReadLock.acquire', () => writing((lock, o) => lock.readLock.acquire(o))],
  ['WriteLock.acquire', () => writing((lock, o) => lock.writeLock.acquire(o))],
  ['Semaphore.acquire', () => (o) => closing(new Semaphore({ value: 0 })).acquire(o)],
  ['BoundedSemaphore.acquire', () => held(closing(new BoundedSemaphore()))],
  ['Event.wait', () => waitOf(closing(new Event()))],
  ['Condition.wait', () => inCondition((condition, o) => condition.wait(o))],
  ['Condition.waitFor', () => inCondition((condition, o) => condition.waitFor(() => false, o))],
  [
    'Barrier.wait',
    () => {
      const barrier = closing(new Barrier({ parties: WAITS + 1 }));
      return (o) => barrier.wait(o);
    },
  ],
  ['Queue.get', () => getOf(closing(new Queue()))],
  ['Queue.getMany', () => manyOf(closing(new Queue()))],
  ['Queue.put', () => full((queue, o) => queue.put(1, o))],
  ['Queue.putMany', () => full((queue, o) => queue.putMany([1, 2], o))],
  ['Queue.drained', () => full((queue, o) => queue.drained(o))],
  ['SimpleQueue.get', () => getOf(closing(new SimpleQueue()))],
  ['JoinableQueue.join', () => unfinished()],
  ['Connection.recv', () => received((there, o) => there.recv(o))],
  ['Connection.recvBytes', () => received((there, o) => there.recvBytes(o))],
  ['Connection.poll', () => received((there, o) => there.poll({ timeout: 2 ** 30, ...o }))],
  ['Connection.send', () => crowded()],
  ['waitReady', () => received((there, o) => waitReady([there], o))],
  ['Process.join', () => joinOf(sleeper())],
  ['Popen.wait', () => waitOf(program())],
  ['Popen.communicate', () => communicateOf(program())],
  ['run', () => (o) => run(['sleep', '1000'], o)],
  ['AsyncResult.get', () => getOf(endless())],
  ['AsyncResult.wait', () => waitOf(endless())],
  ['Pool.apply', () => (o) => pool.apply(() => new Promise((resolve) => setTimeout(resolve, 2 ** 30)), [], o)],
  ['pause', () => (o) => pause(o)],
  ['sigwait', () => (o) => sigwait(['SIGUSR2'], o)],
  ['Listener.accept', () => acceptOf(closing(new Listener()))],
  ['SocketConnection.recv', async () => recvOf((await connections())[0])],
  ['SocketConnection.poll', async () => pollOf((await connections())[0])],
  ['SocketConnection.send', fullConnection],
  ['QueueProxy.get', () => getOf(closing(manager.queue()))],
  ['LockProxy.acquire', () => heldProxy()],
  ['EventProxy.wait', () => waitOf(closing(manager.event()))],
];

async function held(one: { acquire: Wait }): Promise<Wait> {
  await one.acquire({});
  return (o) => Promise.resolve().then(() => one.acquire(o)); // of a context of its own
}
async function writing(use: (lock: RWLock, o: WaitOptions) => Promise<unknown>): Promise<Wait> {
  const lock = closing(new RWLock());
  await lock.writeLock.acquire();
  return (o) => use(lock, o);
}
async function heldBy<T extends { acquire(): Promise<boolean> }>(
  one: T,
  use: (one: T, o: WaitOptions) => Promise<unknown>,
) {
  await one.acquire();
  return (o: WaitOptions) => use(one, o);
}
async function heldProxy(): Promise<Wait> {
  const lock = closing(manager.lock());
  await lock.acquire();
  return (o) => lock.acquire(o);
}
function inCondition(use: (condition: Condition, o: WaitOptions) => Promise<unknown>): Wait {
  const condition = closing(new Condition());
  return (o) => condition.run(() => use(condition, o));
}
const waitOf =
  (one: { wait: Wait }): Wait =>
  (o) =>
    one.wait(o);
const joinOf =
  (one: { join: Wait }): Wait =>
  (o) =>
    one.join(o);
const getOf =
  (one: { get: Wait }): Wait =>
  (o) =>
    one.get(o);
const recvOf =
  (one: { recv: Wait }): Wait =>
  (o) =>
    one.recv(o);
const pollOf =
  (one: { poll: Wait }): Wait =>
  (o) =>
    one.poll({ timeout: 2 ** 30, ...o });
const acceptOf =
  (one: { accept: Wait }): Wait =>
  (o) =>
    one.accept(o);
const communicateOf =
  (one: Popen): Wait =>
  (o) =>
    one.communicate(undefined, o);
const manyOf =
  (one: Queue): Wait =>
  (o) =>
    one.getMany(2, o);
function full(use: (queue: Queue, o: WaitOptions) => Promise<unknown>): Wait {
  const queue = closing(new Queue({ maxsize: 1 }));
  queue.putSync(0);
  return (o) => use(queue, o);
}
function unfinished(): Wait {
  const queue = closing(new JoinableQueue());
  queue.putSync(0);
  return (o) => queue.join(o);
}
function received(use: (there: ReturnType<typeof Pipe.duplex>[1], o: WaitOptions) => Promise<unknown>): Wait {
  const [here, there] = Pipe.duplex();
  closing(here);
  closing(there);
  return (o) => use(there, o);
}
function crowded(): Wait {
  const [receiver, sender] = Pipe.simplex({ capacity: 2 ** 14 });
  closing(receiver);
  closing(sender);
  sender.sendBytesSync(new Uint8Array(6000));
  sender.sendBytesSync(new Uint8Array(6000));
  return (o) => sender.sendBytes(new Uint8Array(6000), o);
}

test.each(waits)('%s: one signal ends many waits, warns of no leak, and nothing stays at it', async (_name, make) => {
  const wait = await make();
  const controller = new AbortController();
  const { signal } = controller;
  const pending = Array.from({ length: WAITS }, () =>
    wait({ signal }).then(
      () => 'done',
      (error: unknown) => error,
    ),
  );
  await new Promise(setImmediate);
  expect(getEventListeners(signal, 'abort').length).toBeLessThan(WAITS);
  const reason = new Error('enough');
  controller.abort(reason);
  expect(await Promise.all(pending)).toEqual(Array.from({ length: WAITS }, () => reason));
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  await new Promise(setImmediate);
  expect(warnings).toEqual([]);
});

test.each(waits.filter(([name]) => !['pause', 'sigwait'].includes(name)))(
  '%s: when the time of many waits is over, nothing stays at their signal',
  async (_name, make) => {
    const wait = await make();
    const { signal } = new AbortController();
    const pending = Array.from({ length: WAITS }, () => wait({ signal, timeout: 20 }).catch(() => undefined));
    await Promise.all(pending);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(warnings).toEqual([]);
  },
);

test('many waits on one signal end, and no listener stays at the signal', async () => {
  const { signal } = new AbortController();
  const [event, queue] = [closing(new Event()), closing(new Queue<number>())];
  const pending = Array.from({ length: WAITS }, () => [event.wait({ signal }), queue.get({ signal })]).flat();
  event.set();
  queue.putManySync(Array.from({ length: WAITS }, (_, i) => i));
  await Promise.all(pending);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

test('a signal that was aborted before ends a wait at once', async () => {
  const signal = AbortSignal.abort(new Error('before'));
  await expect(new Event().wait({ signal })).rejects.toThrow('before');
  await expect(sigtimedwait(['SIGUSR2'], 5)).resolves.toBe(null);
});

test('a program with many waits on one signal prints no warning', async () => {
  const child = startChild(new URL('./fixtures/one-signal.mjs', import.meta.url));
  expect(await child.exit).toEqual({ code: 0, signal: null });
  expect(child.stderr).toBe('');
});
