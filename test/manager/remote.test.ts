import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { Client, Listener, Manager } from '@multiprocess/manager';
import type { BufferTooShortError } from '@multiprocess/shared-memory';
import {
  AuthenticationError,
  BrokenPipeError,
  ClosedError,
  EOFError,
  ManagerClosedError,
  TimeoutError,
} from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';
import { Shared } from './fixtures/shared.mjs';

const key = Buffer.from('a key that both know');
const program = new URL('./fixtures/remote.mjs', import.meta.url);
const run = async (what: string, address: string, authkey = String(key)): Promise<unknown> =>
  JSON.parse(await startChild(program, { args: [what, address, authkey] }).line(/^[[{"\d]/)) as unknown;

/** What this system has for programs of one machine. */
const isWindows = process.platform === 'win32';
const LOCAL = isWindows ? 'pipe' : 'unix';
const local = (name: string): string => (isWindows ? `pipe:${name}` : `unix:@${name}`);

describe.each(['tcp://127.0.0.1:0', local(`multiprocess-test-${process.pid}`)])('a manager at %s', (address) => {
  test('serves programs that know the key, and no others', async () => {
    await using manager = await Manager.start({ address, authkey: key });
    const isTcp = address.startsWith('tcp');
    expect(manager.address).toMatch(isTcp ? /^tcp:\/\/127\.0\.0\.1:[1-9]\d*$/ : /^(unix:@|pipe:)/);
    expect(await run('use', manager.address)).toEqual(
      [100, true, isTcp ? 'TypeError' : undefined].map((x) => x ?? 'it blocked'),
    );
    expect(await run('wrong', manager.address)).toBe('AuthenticationError');
    await expect(Manager.connect({ address: manager.address, authkey: Buffer.from('wrong') })).rejects.toThrow(
      AuthenticationError,
    );
    expect(await manager.list([1]).length()).toBe(1);
    await until(async () => (await manager.info()).clients === 1);
  });

  test('frees what a killed client held', async () => {
    await using manager = await Manager.start({ address, authkey: key });
    const lock = manager.lock();
    manager.register({ url: new URL('./fixtures/shared.mjs', import.meta.url).href }, Shared);
    await manager.create('Shared', lock)['lock']!();
    const holder = startChild(program, { args: ['hold', manager.address, String(key)] });
    await holder.line('held');
    expect(await lock.acquire({ timeout: 0 })).toBe(false);
    await holder.kill();
    expect(await lock.acquire()).toBe(true);
  });
});

test('programs that share memory with the manager use that, once they are let in', async () => {
  await using manager = await Manager.start({
    address: local(`multiprocess-test-memory-${process.pid}`),
    authkey: key,
  });
  expect(await run('memory', manager.address)).toBe(1);
});

test('json carries values, errors and proxies, and no functions', async () => {
  await using manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey: key, serializer: 'json' });
  const child = await startChild(new URL('./fixtures/json-client.mjs', import.meta.url), {
    args: [manager.address, String(key)],
  }).line(/^\{/);
  expect(JSON.parse(child)).toEqual({
    same: true,
    live: [1, 2],
    error: 'RangeError',
    cause: 'RemoteError',
    refused: 'SerializationError',
  });
});

test('a connection that ends gives ManagerClosedError, pending calls included', async () => {
  const manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey: key });
  const child = startChild(new URL('./fixtures/await-remote.mjs', import.meta.url), {
    args: [manager.address, String(key)],
  });
  await child.line('waiting');
  await manager.shutdown();
  expect(await child.line(/Error/)).toBe('ManagerClosedError ManagerClosedError');
  expect(ManagerClosedError).toBeDefined();
});

describe.each(['tcp', LOCAL] as const)('a listener of family %s', (family) => {
  test('accepts a caller that knows the key, and exchanges messages', async () => {
    await using listener = new Listener({ family, authkey: key });
    await listener.listening;
    const accepted = listener.accept();
    const client = await Client.connect({ address: listener.address, authkey: key });
    const server = await accepted;
    await client.send({ n: 1n, map: new Map([[1, [2]]]) });
    expect(await server.recv()).toEqual({ n: 1n, map: new Map([[1, [2]]]) });
    expect([await server.poll(), await server.poll({ timeout: 5 })]).toEqual([false, false]);
    await server.sendBytes(Uint8Array.of(1, 2, 3, 4), { offset: 1, size: 2 });
    expect(await client.poll({ timeout: 60_000 })).toBe(true);
    expect([...(await client.recvBytes())]).toEqual([2, 3]);
    await server.sendBytes(new Uint8Array(10));
    const short: unknown = await client.recvBytes({ maxLength: 5 }).catch((error: unknown) => error);
    expect((short as BufferTooShortError).bytes.length).toBe(10);
    await server.sendBytes(Uint8Array.of(9));
    const buffer = new Uint8Array(3);
    expect([await client.recvBytesInto(buffer, 1), ...buffer]).toEqual([1, 0, 9, 0]);
    await server.send('last');
    server.close();
    expect(await client.recv()).toBe('last');
    await expect(client.recv()).rejects.toThrow(EOFError);
    await until(
      () =>
        !client.writable ||
        client.send(1).then(
          () => false,
          () => true,
        ),
    );
    await expect(client.send(1)).rejects.toThrow(BrokenPipeError);
    await expect(server.recv()).rejects.toThrow(ClosedError);
    client.close();
    expect(client.closed).toBe(true);
    expect(listener.lastAccepted === undefined).toBe(family !== 'tcp');
  });

  test('tells both sides of a wrong key, a missing one and one too many, and goes on', async () => {
    await using listener = new Listener({ family, authkey: key });
    await listener.listening;
    for (const authkey of [Buffer.from('wrong'), undefined]) {
      const accepted = listener.accept().catch((error: unknown) => error);
      await expect(Client.connect({ address: listener.address, authkey })).rejects.toThrow(AuthenticationError);
      expect(await accepted).toBeInstanceOf(AuthenticationError);
    }
    await using open = new Listener({ family });
    await open.listening;
    await expect(Client.connect({ address: open.address, authkey: key })).rejects.toThrow(AuthenticationError);
    const accepted = listener.accept();
    (await Client.connect({ address: listener.address, authkey: key })).close();
    (await accepted).close();
  });

  test('is not held up by a silent caller, and drops it', async () => {
    await using listener = new Listener({ family, authkey: key, handshakeTimeout: 200 });
    await listener.listening;
    const name = listener.address.slice('unix:'.length);
    const where =
      family === 'tcp'
        ? { host: '127.0.0.1', port: Number(new URL(listener.address).port) }
        : { path: isWindows ? `\\\\.\\pipe\\${name}` : name };
    const silent = Array.from({ length: 20 }, () => connectSocket(where));
    const closed = Promise.all(silent.map((socket) => once(socket.resume(), 'close')));
    const accepted = listener.accept();
    const client = await Client.connect({ address: listener.address, authkey: key });
    (await accepted).close();
    client.close();
    await closed;
  });
});

test.each([2 ** 40, Infinity])('limits of %d ms are not over at once', async (limit) => {
  await using listener = new Listener({ authkey: key, handshakeTimeout: limit });
  const [client, server] = await Promise.all([
    Client.connect({ address: listener.address, authkey: key, timeout: limit }),
    listener.accept({ timeout: limit }),
  ]);
  const large = new Uint8Array(2 ** 22);
  const sending = [1, 2, 3].map(() => client.sendBytes(large, { timeout: limit })); // more than the system takes at once
  await new Promise((resolve) => setTimeout(resolve, 20)); // long enough for timers that were set to a millisecond
  for (let i = 0; i < 3; i++) expect(await server.recvBytes({ timeout: limit })).toHaveLength(2 ** 22);
  await Promise.all(sending);
  client.close();
  server.close();
});

test('a call on a connection refuses wrong options, and does nothing if it has been aborted', async () => {
  await using listener = new Listener();
  await using client = await Client.connect({ address: listener.address });
  await using server = await listener.accept();
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(client.send(1, { signal })).rejects.toThrow('enough');
  await expect(client.send(1, { timeout: 'soon' as never })).rejects.toThrow(TypeError);
  expect(await server.poll({ block: true })).toBe(false); // without a timeout it does not wait
  await client.send(2);
  await expect(server.recv({ signal })).rejects.toThrow('enough');
  expect(await server.recv()).toBe(2);
});

test('accept() gives up in time, and when the listener is closed', async () => {
  const listener = new Listener();
  await listener.listening;
  await expect(listener.accept({ timeout: 5 })).rejects.toThrow(TimeoutError);
  const waiting = listener.accept();
  listener.close();
  await expect(waiting).rejects.toThrow(ClosedError);
  await expect(listener.accept()).rejects.toThrow(ClosedError);
});

test('two listeners cannot have one address, but one that was abandoned is taken over', async () => {
  await using first = new Listener();
  await first.listening;
  const second = new Listener({ address: first.address });
  await expect(second.listening).rejects.toThrow('EADDRINUSE');
  const nowhere = isWindows ? 'pipe:no-such-pipe' : 'unix:/no/such/socket';
  await expect(Client.connect({ address: nowhere })).rejects.toThrow('ENOENT');
});

test.each(['tcp://', 'tcp://host', 'tcp://host:99999', 'unix:relative', 'unix:', 'http://x:1', 5])(
  '%s is no address',
  async (address) => {
    expect(() => new Listener({ address: address as string })).toThrow(/address|Unix|port/i);
    await expect(Client.connect({ address: address as string })).rejects.toThrow(/address|Unix|port/i);
  },
);

test.each([5, 'unix:/where', null])(
  '%j in the place of options is a TypeError, not another address or queue',
  async (bad) => {
    expect(() => new Listener(bad as never)).toThrow(/like \{ address.+received/);
    await expect(Manager.start(bad as never)).rejects.toThrow(/like \{ address.+received/);
    await using manager = await Manager.start();
    expect(() => manager.queue(bad as never)).toThrow(/like \{ maxsize.+received/);
    expect(() => manager.joinableQueue(bad as never)).toThrow(/like \{ maxsize.+received/);
    expect(() => manager.barrier(2, bad as never)).toThrow(/like \{ timeout.+received/);
  },
);
