import { Client, Listener } from '@multiprocess/manager';
import { Pipe } from '@multiprocess/pipe';
import {
  BrokenPipeError,
  BufferTooShortError,
  ClosedError,
  EOFError,
  OutOfMemoryError,
  SerializationError,
  TimeoutError,
} from '@multiprocess/shared-memory';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';

interface Options {
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** One end of a connection, through shared memory or a socket. */
interface AnyConnection extends AsyncIterable<unknown> {
  readonly closed: boolean;
  readonly readable: boolean;
  readonly writable: boolean;
  send(value: unknown, options?: Options): Promise<void>;
  recv(options?: Options): Promise<unknown>;
  poll(options?: Options): Promise<boolean>;
  sendBytes(bytes: Uint8Array, options?: Options & { offset?: number; size?: number }): Promise<void>;
  recvBytes(options?: Options & { maxLength?: number }): Promise<Uint8Array>;
  recvBytesInto(buffer: Uint8Array, offset?: number, options?: Options): Promise<number>;
  close(): void;
}

const listener = new Listener();
afterAll(() => listener.close());

const implementations: readonly { readonly name: string; make(): Promise<readonly AnyConnection[]> }[] = [
  { name: 'Connection', make: async () => Pipe.duplex() },
  {
    name: 'SocketConnection',
    make: () => Promise.all([Client.connect({ address: listener.address }), listener.accept()]),
  },
];

describe.each(implementations)('$name', ({ make }) => {
  const closing = async (): Promise<[AnyConnection, AnyConnection]> => {
    const [a, b] = await make();
    onTestFinished(() => {
      a!.close();
      b!.close();
    });
    return [a!, b!];
  };

  test('carries values both ways, in their order', async () => {
    const [a, b] = await closing();
    for (const value of [1, { to: 'b' }, undefined, new Map([[1, 2n]])]) await a.send(value);
    for (const value of [1, { to: 'b' }, undefined, new Map([[1, 2n]])]) expect(await b.recv()).toEqual(value);
    await b.send('back');
    expect(await a.recv()).toBe('back');
  });

  test('carries bytes, and parts of them', async () => {
    const [a, b] = await closing();
    const bytes = new Uint8Array([1, 2, 3, 4]);
    await a.sendBytes(bytes);
    await a.sendBytes(bytes, { offset: 1, size: 2 });
    await a.sendBytes(bytes, { offset: 2 });
    expect(new Uint8Array(await b.recvBytes())).toEqual(bytes);
    expect(new Uint8Array(await b.recvBytes({ maxLength: 2 }))).toEqual(new Uint8Array([2, 3]));
    const buffer = new Uint8Array(4);
    expect(await b.recvBytesInto(buffer, 1)).toBe(2);
    expect(buffer).toEqual(new Uint8Array([0, 3, 4, 0]));
    await expect(a.sendBytes(bytes, { offset: 5 })).rejects.toThrow(RangeError);
    await expect(a.sendBytes(bytes, { size: 5 })).rejects.toThrow(RangeError);
    await expect(a.sendBytes('text' as never)).rejects.toThrow(TypeError);
  });

  test('a message that is too long is in the BufferTooShortError', async () => {
    const [a, b] = await closing();
    const bytes = new Uint8Array([1, 2, 3, 4]);
    await a.sendBytes(bytes);
    const error = await b.recvBytes({ maxLength: 2 }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BufferTooShortError);
    expect(new Uint8Array((error as BufferTooShortError).bytes)).toEqual(bytes);
  });

  test('a message that never fits is an OutOfMemoryError, and nothing is sent', async () => {
    const [a, b] = await closing();
    await expect(a.sendBytes(new Uint8Array(2 ** 29))).rejects.toThrow(OutOfMemoryError);
    await a.send('next');
    expect(await b.recv()).toBe('next');
  });

  test('poll() says whether there is something to receive, and takes nothing', async () => {
    const [a, b] = await closing();
    expect([await b.poll(), await b.poll({ timeout: 10 })]).toEqual([false, false]);
    const found = b.poll({ timeout: 5000 });
    await a.send(1);
    expect([await found, await b.poll(), await b.recv()]).toEqual([true, true, 1]);
  });

  test('recv() throws a TimeoutError after a timeout, and the signal’s reason', async () => {
    const [a, b] = await closing();
    await expect(b.recv({ timeout: 10 })).rejects.toThrow(TimeoutError);
    await expect(b.recvBytes({ timeout: 0 })).rejects.toThrow(TimeoutError);
    const reason = new Error('never mind');
    const controller = new AbortController();
    const waiting = b.recv({ signal: controller.signal });
    setTimeout(() => {
      controller.abort(reason);
    }, 20);
    await expect(waiting).rejects.toBe(reason);
    await a.send('next');
    expect(await b.recv()).toBe('next');
  });

  test('wrong options are a TypeError, and nothing is sent or taken', async () => {
    const [a, b] = await closing();
    for (const options of [{ timeout: NaN }, { timeout: '5' }, { signal: 5 }, null, 5] as never[]) {
      await expect(a.send(1, options)).rejects.toThrow(TypeError);
      await expect(b.recv(options)).rejects.toThrow(TypeError);
      await expect(b.poll(options)).rejects.toThrow(TypeError);
    }
    expect(await b.poll()).toBe(false);
  });

  test('what cannot be carried is a SerializationError, and nothing is sent', async () => {
    const [a, b] = await closing();
    await expect(a.send({ bad: Symbol('no') })).rejects.toThrow(SerializationError);
    await a.send('next');
    expect(await b.recv()).toBe('next');
  });

  test('gives what was sent, then the end, once the other side is closed', async () => {
    const [a, b] = await closing();
    await a.send(1);
    await a.send(2);
    a.close();
    const values: unknown[] = [];
    for await (const value of b) values.push(value);
    expect(values).toEqual([1, 2]);
    expect(await b.poll()).toBe(true);
    await expect(b.recv()).rejects.toThrow(EOFError);
    await expect(b.send(1)).rejects.toThrow(BrokenPipeError);
  });

  test('close() ends what is pending here with a ClosedError', async () => {
    const [a] = await closing();
    const ended = expect(a.recv()).rejects.toThrow(ClosedError);
    a.close();
    a.close();
    await ended;
    expect([a.closed, a.readable, a.writable]).toEqual([true, false, false]);
    await expect(a.recv()).rejects.toThrow(ClosedError);
    await expect(a.send(1)).rejects.toThrow(ClosedError);
  });
});
