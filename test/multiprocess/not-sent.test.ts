import { afterAll, describe, expect, test } from 'vitest';
import {
  BufferPool,
  Client,
  currentProcess,
  Listener,
  Lock,
  Manager,
  Pipe,
  Pool,
  Popen,
  Process,
  Queue,
  RWLock,
  SharedMap,
} from 'multiprocess';
import { SerializationError } from '@multiprocess/shared-memory';
import { nothing } from '../process/fixtures/targets.mjs';

const lock = new Lock();
const rwlock = new RWLock();
const guard = await lock.hold();
const pool = new Pool({ processes: 1 });
const popen = new Popen(['true']);
const listener = new Listener();
const accepted = listener.accept();
const client = await Client.connect({ address: listener.address });
const manager = await Manager.start();
const buffers = new BufferPool({ chunkSize: 64, chunks: 4 });
const [here, there] = Pipe.duplex();
const queue = new Queue();
const map = new SharedMap();

afterAll(async () => {
  guard.release();
  (await accepted).close();
  for (const one of [lock, rwlock, client, buffers, here, there, queue, map]) one.close();
  pool.terminate();
  listener.close();
  await Promise.all([popen.wait(), manager.shutdown()]);
});

/** What stays in its thread, and what its error advises. */
const STAYS: readonly [name: string, value: object, advice: string][] = [
  ['ReadLock', rwlock.readLock, 'send its RWLock, and use the same view of that there'],
  ['WriteLock', rwlock.writeLock, 'send its RWLock, and use the same view of that there'],
  ['Guard', guard, 'send its lock, and take that there'],
  ['Process', new Process({ target: nothing }), 'send what is needed of it, such as its pid or its name'],
  ['CurrentProcess', currentProcess(), 'send what is needed of it, such as its pid or its name'],
  ['Popen', popen, 'send what is needed of it, such as its pid or its returncode'],
  ['Pool', pool, 'only its own thread can use it. A pool for all is one of a manager: (await Manager.start()).pool()'],
  ['AsyncResult', pool.applyAsync(nothing), 'await it, and send what it gives'],
  ['Listener', listener, 'send its address, and let the other connect: await Client.connect({ address })'],
  ['SocketConnection', client, 'it stays where it was made. Let the other connect: await Client.connect({ address })'],
];

/** Ways to send a value. */
const WAYS: readonly [name: string, send: (value: unknown) => unknown][] = [
  ['argument of a process', (value) => new Process({ target: nothing, args: [value] as never }).start()],
  ['argument of a task', (value) => pool.apply(nothing as (one: unknown) => void, [value])],
  ['item of a queue', (value) => queue.put(value)],
  ['message of a pipe', (value) => here.send(value)],
  ['message of a socket', (value) => client.send(value)],
  ['value of a map', (value) => map.set('key', value)],
  ['value in a manager', (value) => manager.dict().set('key', value)],
];

async function refusalOf(send: (value: unknown) => unknown, value: unknown): Promise<SerializationError> {
  try {
    await send(value);
  } catch (error) {
    if (error instanceof SerializationError) return error;
    throw error;
  }
  throw new Error('it was sent');
}

describe.each(WAYS)('as %s', (_way, send) => {
  test.each(STAYS)('a %s is refused with what to send instead', async (name, value, advice) => {
    const { message } = await refusalOf(send, { value });
    expect(message).toMatch(/\.value: /);
    expect(message).toContain(`: an instance of ${name}, which cannot be sent: ${advice}`);
  });
});

test('as JSON to a manager, too', async () => {
  await using plain = await Manager.start({ serializer: 'json' });
  const { message } = await refusalOf((value) => plain.dict().set('key', value), { value: guard });
  expect(message).toContain(': an instance of Guard, which cannot be sent: send its lock, and take that there');
});

describe('a map refuses a shared object with what to store instead:', () => {
  test.each<[name: string, object]>([
    ['Lock', lock],
    ['RWLock', rwlock],
    ['Queue', queue],
    ['SharedMap', map],
    ['BufferPool', buffers],
    ['Manager', manager],
    ['DictProxy', manager.dict()],
  ])('a %s', async (name, value) => {
    const { message, path } = await refusalOf((one) => map.set('key', one), { value });
    expect(path).toBe('$.value');
    expect(message).toBe(
      `$.value: an instance of ${name}, which a map cannot keep alive: store its name or its handle, and keep it open meanwhile`,
    );
  });

  test('a SharedBuffer, which stays open; and a copy of its bytes can be stored', async () => {
    using buffer = await buffers.loan();
    buffer.bytes.fill(7);
    const { message } = await refusalOf((one) => map.set('key', one), buffer);
    expect(message).toContain('an instance of SharedBuffer, which has one owner at a time');
    expect(message).toContain('put it into a queue or send it through a pipe, or store a copy of its bytes');
    expect(buffer.closed).toBe(false);
    map.set('key', Uint8Array.from(buffer.bytes));
    expect(map.get('key')).toEqual(new Uint8Array(64).fill(7));
  });

  test('an end of a pipe, which stays open', async () => {
    const { message } = await refusalOf((one) => map.set('key', one), there);
    expect(message).toMatch(/an instance of Connection, .+: put it into a queue or send it through a pipe$/);
    await here.send('still open');
    expect(await there.recv()).toBe('still open');
  });
});
