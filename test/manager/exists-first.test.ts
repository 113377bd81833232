import { Client, Manager } from '@multiprocess/manager';
import type { DictProxy, ListProxy } from '@multiprocess/manager';
import { Process } from '@multiprocess/process';
import { Queue } from '@multiprocess/queue';
import { serialize } from '@multiprocess/serialization';
import { attach, HandleError } from '@multiprocess/shared-memory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import { make } from './fixtures/exists-first.mjs';
import { Slow } from './fixtures/shared.mjs';

const program = new URL('./fixtures/exists-first.mjs', import.meta.url);
const key = Buffer.from('a key that both know');

let manager: Manager;
beforeAll(async () => {
  manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey: key });
});
afterAll(() => manager.shutdown());

type Anything = DictProxy<string, number> | ListProxy<DictProxy<string, number>> | { deep: [Map<string, Anything>] };

async function dictIn(item: Anything): Promise<DictProxy<string, number>> {
  if ('deep' in item) return dictIn(item.deep[0].get('dict')!);
  if ('push' in item) return (await item.get(0))!;
  return item;
}

describe.each(['goes on and blocks its thread', 'exits', 'is killed'])('an object whose maker %s', (end) => {
  test.each(['queue', 'inside of another object', 'batch', 'an argument of another proxy'])(
    'is there for the receiver: %s',
    async (way) => {
      using queue = new Queue<Anything>();
      const maker = new Process({ target: make, args: [manager, queue, way, end] });
      maker.start();
      const item = await queue.get();
      if (end === 'goes on and blocks its thread') expect(await (await dictIn(item)).get('n')).toBe(1);
      maker.kill();
      markKilled();
      await maker.join();
      const dict = await dictIn(item);
      expect(await dict.get('n')).toBe(1);
      if (way === 'batch' && end !== 'is killed') expect(await dict.has('later')).toBe(false);
      dict.close();
    },
  );

  test.each(['handle', 'json'])('is there for a program that reads its %s, though only after its end', async (way) => {
    const maker = startChild(new URL('./fixtures/exists-first-maker.mjs', import.meta.url), {
      args: [manager.handle, way, end],
    });
    const handle = await maker.line(/^multiprocess:/);
    await maker.kill();
    await until(async () => (await manager.info()).clients === 1);
    const dict = attach(handle) as unknown as DictProxy<string, number>;
    expect(await dict.get('n')).toBe(1);
    dict.close();
  });
});

test.each(['process', 'pool', 'thread', 'pipe'])(
  'a proxy that was just made is there for a %s, while its maker blocks',
  async (what) => {
    const child = startChild(program, { args: [what] });
    expect(await child.line(/^\d/)).toBe('0 1');
    expect(await child.exit).toEqual({ code: 0, signal: null });
  },
);

test('a handle that has come from a client behind a socket is there for another one', async () => {
  const maker = startChild(program, { args: ['remote', manager.address, String(key)] });
  for (let i = 0; i < 3; i++) {
    const dict = attach(await maker.line(/^multiprocess:/)) as unknown as DictProxy<string, number>;
    expect(await dict.get('n')).toBe(i);
  }
  await maker.kill();
});

test('what was registered is there for a program that gets the handle of the manager', async () => {
  manager.register({ url: new URL('./fixtures/shared.mjs', import.meta.url).href }, Slow);
  const other = attach(manager.handle) as unknown as Manager;
  expect(await other.create<{ value(): string }>('Slow').value()).toBe('made');
});

test('an object that is still being made is waited for by what is called with it', async () => {
  const [list, slow] = [manager.list(), manager.create<{ value(): string }>('Slow')];
  await list.push(slow); // making it takes longer than this call to arrive
  expect(await ((await list.get(0)) as typeof slow).value()).toBe('made');
});

describe('where the request that makes an object is slower than its handle', () => {
  const word = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const frame = (kind: number, call: number, body: Uint8Array): Buffer =>
    Buffer.concat([word(kind), word(call), word(0), word(0), body]);

  /** A client that sends what it is told to, and when. */
  async function slowClient() {
    const connection = await Client.connect({ address: manager.address, authkey: key });
    const { deserialize } = await import('@multiprocess/serialization');
    const { client, server } = deserialize(await connection.recvBytes()) as { client: number; server: string };
    const object = client * 2 ** 32 + 1;
    const handle = `multiprocess:manager.DictProxy:${server}/${object}`;
    const create = (): Promise<void> => connection.sendBytes(frame(2, 0, serialize([object, '.dict', [{ n: 7 }]])));
    return { connection, create, dict: attach(handle) as unknown as DictProxy<string, number> };
  }

  test('calls of the object, and with it, wait for it', async () => {
    const { connection, create, dict } = await slowClient();
    const list = manager.list();
    const called = [dict.get('n'), list.push(dict)] as const;
    await manager.info(); // what was called has arrived
    await create();
    expect(await Promise.all(called)).toEqual([7, 1]);
    connection.close();
    await until(async () => (await manager.info()).clients === 1);
    expect(await dict.get('n')).toBe(7);
  });

  test('they are told when its maker ends without having made it', async () => {
    const { connection, dict } = await slowClient();
    const list = manager.list();
    const called = Promise.allSettled([dict.get('n'), list.push(dict)]);
    await manager.info();
    connection.close();
    for (const one of await called) {
      expect(one).toMatchObject({ status: 'rejected', reason: expect.any(HandleError) as unknown });
    }
  });

  test('what no client has announced is refused at once', async () => {
    const { connection, create, dict } = await slowClient();
    await create();
    expect(await dict.get('n')).toBe(7);
    const gone = attach(dict.handle.replace(/\d+$/, (number) => String(Number(number) + 2 ** 48)));
    await expect((gone as unknown as typeof dict).get('n')).rejects.toThrow(HandleError);
    connection.close();
  });
});
