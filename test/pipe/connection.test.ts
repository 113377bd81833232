import { Connection } from '@multiprocess/pipe';
import {
  BrokenPipeError,
  BufferTooShortError,
  ClosedError,
  EOFError,
  SerializationError,
  TimeoutError,
} from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { duplex, simplex } from './helpers.js';

describe('a duplex pipe', () => {
  test('carries values both ways, in every form', async () => {
    const [a, b] = duplex();
    a.sendSync({ to: 'b' });
    await b.send(['to', 'a']);
    expect(b.recvSync()).toEqual({ to: 'b' });
    expect(await a.recv()).toEqual(['to', 'a']);
    expect([a.readable, a.writable, b.readable, b.writable]).toEqual([true, true, true, true]);
  });

  test('keeps messages apart, and in their order', async () => {
    const [a, b] = duplex();
    for (let i = 0; i < 100; i++) a.sendSync('x'.repeat(i));
    for (let i = 0; i < 100; i++) expect(i % 2 === 0 ? b.recvSync() : await b.recv()).toBe('x'.repeat(i));
  });
});

describe('a simplex pipe', () => {
  test('is a connection that receives and one that sends', async () => {
    const [receiver, sender] = simplex();
    expect([receiver.readable, receiver.writable]).toEqual([true, false]);
    expect([sender.readable, sender.writable]).toEqual([false, true]);
    await sender.send(1);
    expect(await receiver.recv()).toBe(1);
  });

  test('the wrong direction is a TypeError', async () => {
    const [receiver, sender] = simplex();
    expect(() => receiver.sendSync(1)).toThrow(TypeError);
    expect(() => receiver.sendBytesSync(new Uint8Array(1))).toThrow(TypeError);
    expect(() => sender.recvSync()).toThrow(TypeError);
    expect(() => sender.recvBytesSync()).toThrow(TypeError);
    expect(() => sender.pollSync()).toThrow(TypeError);
    await expect(receiver.send(1)).rejects.toThrow(TypeError);
    await expect(sender.recv()).rejects.toThrow(TypeError);
    await expect(sender.poll()).rejects.toThrow(TypeError);
    await expect(sender.recvBytesInto(new Uint8Array(1))).rejects.toThrow(TypeError);
  });
});

describe('send', () => {
  test('serializes in the caller: what cannot be carried is an error there, and nothing is sent', async () => {
    const [a, b] = duplex();
    await expect(a.send({ bad: Symbol('no') })).rejects.toThrow(SerializationError);
    expect(() => a.sendSync({ bad: Symbol('no') })).toThrow(SerializationError);
    expect(b.pollSync()).toBe(false);
  });

  test('copies: what is changed afterwards arrives as it was', async () => {
    const [a, b] = duplex({ capacity: 16_384 });
    for (let i = 0; i < 16; i++) a.sendBytesSync(new Uint8Array(1000)); // so that the next ones wait
    const list = [1];
    const bytes = new Uint8Array([1, 2, 3]);
    const sent = [a.send({ list, filler: 'x'.repeat(1000) }), a.sendBytes(bytes), a.send('another')];
    list.push(2);
    bytes.fill(9);
    for (let i = 0; i < 16; i++) expect(b.recvBytesSync().length).toBe(1000);
    expect(await b.recv()).toMatchObject({ list: [1] });
    expect(await b.recvBytes()).toEqual(new Uint8Array([1, 2, 3]));
    expect(await b.recv()).toBe('another');
    await Promise.all(sent);
  });

  test('waits for room when the pipe is full', async () => {
    const [a, b] = duplex({ capacity: 16_384 });
    const message = new Uint8Array(1000);
    let sent = 0;
    expect(() => {
      for (; ; sent++) a.sendBytesSync(message, { timeout: 0 });
    }).toThrow(TimeoutError);
    expect(sent).toBe(16);
    await expect(a.sendBytes(message, { timeout: 20 })).rejects.toThrow(TimeoutError);
    await expect(a.sendBytes(message, { block: false })).rejects.toThrow(TimeoutError);
    const waiting = a.sendBytes(message);
    await b.recvBytes();
    await b.recvBytes();
    await waiting;
  });

  test('of a message larger than the capacity gives it the room that it needs', async () => {
    const [a, b] = duplex({ capacity: 16_384 });
    const large = new Uint8Array(5_000_000).map((_, i) => i % 251);
    for (let i = 0; i < 3; i++) {
      await a.sendBytes(large);
      a.sendSync('small');
      expect(Buffer.compare(await b.recvBytes(), large)).toBe(0);
      expect(b.recvSync()).toBe('small');
    }
  });
});

describe('recv', () => {
  test('gives what was sent before the other end was closed, then throws EOFError each time', async () => {
    const [a, b] = duplex();
    a.sendSync(1);
    a.sendSync(2);
    a.close();
    expect(await b.recv()).toBe(1);
    expect(b.recvSync()).toBe(2);
    for (let i = 0; i < 2; i++) {
      await expect(b.recv()).rejects.toThrow(EOFError);
      expect(() => b.recvSync()).toThrow(EOFError);
      await expect(b.recv({ timeout: 0 })).rejects.toThrow(EOFError);
      expect(() => b.recvSync({ timeout: 0 })).toThrow(EOFError);
    }
  });

  test('gives what was sent although the other end was closed with unread messages', () => {
    const [a, b] = duplex();
    b.sendSync('unread');
    a.sendSync('kept');
    a.close();
    expect(b.recvSync()).toBe('kept');
    expect(() => b.recvSync()).toThrow(EOFError);
  });

  test('of what is no value is a SerializationError, and the message is gone', () => {
    const [a, b] = duplex();
    a.sendBytesSync(new Uint8Array([255, 255]));
    a.sendSync('next');
    expect(() => b.recvSync()).toThrow(SerializationError);
    expect(b.recvSync()).toBe('next');
  });
});

test('sending to an end that was closed is a BrokenPipeError each time', async () => {
  const [receiver, sender] = simplex();
  receiver.close();
  for (let i = 0; i < 2; i++) {
    expect(() => sender.sendSync(1)).toThrow(BrokenPipeError);
    await expect(sender.send(1)).rejects.toThrow(BrokenPipeError);
    await expect(sender.sendBytes(new Uint8Array(1), { timeout: 0 })).rejects.toThrow(BrokenPipeError);
  }
});

describe('poll', () => {
  test('without a timeout does not wait', async () => {
    const [a, b] = duplex();
    expect(b.pollSync()).toBe(false);
    expect(await b.poll()).toBe(false);
    a.sendSync(1);
    expect(b.pollSync()).toBe(true);
    expect(await b.poll()).toBe(true);
  });

  test('takes nothing, however often it is called', async () => {
    const [a, b] = duplex();
    a.sendSync('one');
    for (let i = 0; i < 5; i++) expect([b.pollSync(), await b.poll({ timeout: 5 })]).toEqual([true, true]);
    expect(b.recvSync()).toBe('one');
    expect(b.pollSync()).toBe(false);
  });

  test('is true at the end, and recv then throws', async () => {
    const [a, b] = duplex();
    a.close();
    expect(b.pollSync()).toBe(true);
    expect(await b.poll()).toBe(true);
    expect(() => b.recvSync()).toThrow(EOFError);
  });

  test('waits as long as it is told to', async () => {
    const [a, b] = duplex();
    const begun = performance.now();
    expect(await b.poll({ timeout: 40 })).toBe(false);
    expect(b.pollSync({ timeout: 40 })).toBe(false);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(80);
    const polled = b.poll({ timeout: Infinity });
    a.sendSync('now');
    expect(await polled).toBe(true);
  });
});

describe('sendBytes', () => {
  test('sends bytes as they are, from offset on, as many as size says', () => {
    const [a, b] = duplex();
    const bytes = new Uint8Array([0, 1, 2, 3, 4]);
    a.sendBytesSync(bytes);
    a.sendBytesSync(bytes, { offset: 2 });
    a.sendBytesSync(bytes, { size: 2 });
    a.sendBytesSync(bytes, { offset: 1, size: 2 });
    a.sendBytesSync(bytes, { offset: 5 });
    for (const expected of [[0, 1, 2, 3, 4], [2, 3, 4], [0, 1], [1, 2], []]) {
      expect(b.recvBytesSync()).toEqual(new Uint8Array(expected));
    }
  });

  test.each([
    ['an ArrayBuffer', new Uint8Array([1, 2]).buffer],
    ['a Buffer', Buffer.from([1, 2])],
    ['a DataView', new DataView(new Uint8Array([0, 1, 2]).buffer, 1)],
    ['an Int16Array', new Int16Array([0x0201])],
    ['a SharedArrayBuffer', sharedBytes(1, 2)],
  ])('takes %s', async (_, value) => {
    const [a, b] = duplex();
    await a.sendBytes(value);
    a.sendBytesSync(value);
    expect(await b.recvBytes()).toEqual(new Uint8Array([1, 2]));
    expect(b.recvBytesSync()).toEqual(new Uint8Array([1, 2]));
  });

  test.each([
    [{ offset: -1 }, RangeError],
    [{ offset: 4 }, RangeError],
    [{ size: -1 }, RangeError],
    [{ offset: 1, size: 3 }, RangeError],
    [{ offset: 0.5 }, RangeError],
    [{ size: NaN }, RangeError],
    [{ offset: '1' }, TypeError],
  ])('of 3 bytes with %j is a %o, and nothing is sent', async (options, error) => {
    const [a, b] = duplex();
    const bytes = new Uint8Array(3);
    expect(() => a.sendBytesSync(bytes, options as never)).toThrow(error);
    await expect(a.sendBytes(bytes, options as never)).rejects.toThrow(error);
    expect(b.pollSync()).toBe(false);
  });

  test.each(['text', 5, null, undefined, [1, 2], {}])('of %j is a TypeError', async (value) => {
    const [a, b] = duplex();
    expect(() => a.sendBytesSync(value as never)).toThrow(TypeError);
    await expect(a.sendBytes(value as never)).rejects.toThrow(TypeError);
    expect(b.pollSync()).toBe(false);
  });

  test('and send share the order, and the format of send is bytes, too', async () => {
    const [a, b] = duplex();
    a.sendSync({ x: 1 });
    a.sendBytesSync(new Uint8Array([7]));
    const bytes = await b.recvBytes();
    expect(bytes.length).toBeGreaterThan(1);
    expect(await b.recvBytes()).toEqual(new Uint8Array([7]));
    b.sendBytesSync(bytes);
    expect(a.recvSync()).toEqual({ x: 1 });
  });
});

describe('recvBytes', () => {
  test('gives bytes that nobody else writes to', async () => {
    const [a, b] = duplex();
    for (const length of [0, 1, 255, 5000, 70_000]) {
      a.sendBytesSync(new Uint8Array(length).fill(1));
      const first = await b.recvBytes();
      a.sendBytesSync(new Uint8Array(length).fill(2));
      const second = b.recvBytesSync();
      expect([first.length, first.every((byte) => byte === 1)]).toEqual([length, true]);
      expect([second.length, second.every((byte) => byte === 2)]).toEqual([length, true]);
    }
  });

  test('takes messages of at most maxLength', async () => {
    const [a, b] = duplex();
    a.sendBytesSync(new Uint8Array(5));
    a.sendBytesSync(new Uint8Array(5));
    expect((await b.recvBytes({ maxLength: 5 })).length).toBe(5);
    expect(b.recvBytesSync({ maxLength: 6 }).length).toBe(5);
  });

  test('a longer one is a BufferTooShortError that carries it, and a duplex connection then only sends', async () => {
    const [a, b] = duplex();
    a.sendBytesSync(new Uint8Array([1, 2, 3]));
    a.sendSync('never received');
    const error = await b.recvBytes({ maxLength: 2 }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BufferTooShortError);
    expect((error as BufferTooShortError).bytes).toEqual(new Uint8Array([1, 2, 3]));
    expect([b.readable, b.writable, b.closed]).toEqual([false, true, false]);
    expect(() => b.recvSync()).toThrow(TypeError);
    b.sendSync('still sent');
    expect(a.recvSync()).toBe('still sent');
  });

  test('a longer one closes a connection that only receives', () => {
    const [receiver, sender] = simplex();
    sender.sendBytesSync(new Uint8Array(3));
    expect(() => receiver.recvBytesSync({ maxLength: 2 })).toThrow(BufferTooShortError);
    expect([receiver.readable, receiver.closed]).toEqual([false, true]);
    expect(() => sender.sendSync(1)).toThrow(BrokenPipeError);
  });

  test.each([-1, 1.5, NaN])('a maxLength of %d is a RangeError, and nothing is taken', async (maxLength) => {
    const [a, b] = duplex();
    a.sendSync('kept');
    expect(() => b.recvBytesSync({ maxLength })).toThrow(RangeError);
    await expect(b.recvBytes({ maxLength })).rejects.toThrow(RangeError);
    expect(b.recvSync()).toBe('kept');
  });
});

describe('recvBytesInto', () => {
  test('writes the message into the buffer and says how many bytes it has', async () => {
    const [a, b] = duplex();
    const target = new Uint8Array(6).fill(9);
    a.sendBytesSync(new Uint8Array([1, 2]));
    a.sendBytesSync(new Uint8Array([3]));
    expect(await b.recvBytesInto(target, 1)).toBe(2);
    expect(b.recvBytesIntoSync(target.buffer, 5)).toBe(1);
    expect([...target]).toEqual([9, 1, 2, 9, 9, 3]);
    a.sendBytesSync(new Uint8Array(0));
    expect(b.recvBytesIntoSync(target, 6)).toBe(0);
  });

  test('a message that does not fit is a BufferTooShortError that carries it; it is taken, the buffer is as it was', async () => {
    const [a, b] = duplex();
    const target = new Uint8Array(3);
    for (const receive of [() => b.recvBytesInto(target, 2), () => Promise.resolve().then(() => b.recvBytesIntoSync(target, 2))]) {
      a.sendBytesSync(new Uint8Array([1, 2]));
      a.sendSync('next');
      const error = await receive().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(BufferTooShortError);
      expect((error as BufferTooShortError).bytes).toEqual(new Uint8Array([1, 2]));
      expect([...target]).toEqual([0, 0, 0]);
      expect(b.recvSync()).toBe('next');
    }
  });

  test.each([-1, 4, 0.5])('an offset of %d in 3 bytes is a RangeError, and nothing is taken', async (offset) => {
    const [a, b] = duplex();
    a.sendSync('kept');
    expect(() => b.recvBytesIntoSync(new Uint8Array(3), offset)).toThrow(RangeError);
    await expect(b.recvBytesInto(new Uint8Array(3), offset)).rejects.toThrow(RangeError);
    expect(b.recvSync()).toBe('kept');
  });
});

describe('close', () => {
  test('is idempotent, and everything else then throws ClosedError', async () => {
    const [a] = duplex();
    a.close();
    a.close();
    a[Symbol.dispose]();
    expect([a.closed, a.readable]).toEqual([true, false]);
    expect(() => a.sendSync(1)).toThrow(ClosedError);
    expect(() => a.recvSync()).toThrow(ClosedError);
    expect(() => a.pollSync()).toThrow(ClosedError);
    expect(() => a.handle).toThrow(ClosedError);
    await expect(a.send(1)).rejects.toThrow(ClosedError);
    await expect(a.recv()).rejects.toThrow(ClosedError);
    await expect(a.poll()).rejects.toThrow(ClosedError);
    await expect(a.recvBytes()).rejects.toThrow(ClosedError);
  });

  test('ends pending calls with a ClosedError', async () => {
    const [a] = duplex({ capacity: 1 });
    for (let i = 0; i < 16; i++) a.sendBytesSync(new Uint8Array(1000));
    const pending = [a.recv(), a.poll({ timeout: 1e6 }), a.sendBytes(new Uint8Array(1000))];
    const ends = Promise.allSettled(pending);
    a.close();
    for (const end of await ends) expect(end).toMatchObject({ reason: { name: 'ClosedError' } });
  });

  test('comes with the end of a using block', () => {
    const [a, b] = duplex();
    {
      using held = b;
      held.sendSync(1);
    }
    expect(b.closed).toBe(true);
    expect(a.recvSync()).toBe(1);
    expect(() => a.recvSync()).toThrow(EOFError);
  });
});

describe('iteration', () => {
  test('receives until the end', async () => {
    const [receiver, sender] = simplex();
    for (let i = 0; i < 5; i++) sender.sendSync(i);
    sender.close();
    const got = [];
    for await (const message of receiver) got.push(message);
    expect(got).toEqual([0, 1, 2, 3, 4]);
  });

  test('that is left leaves the rest', async () => {
    const [receiver, sender] = simplex();
    for (let i = 0; i < 3; i++) sender.sendSync(i);
    for await (const message of receiver) if (message === 1) break;
    expect(await receiver.recv()).toBe(2);
  });
});

test('a handle leads to the same end, once more', () => {
  const [a, b] = duplex();
  using again = Connection.attach(b.handle);
  expect(again).toBeInstanceOf(Connection);
  a.sendSync(1);
  expect(again.recvSync()).toBe(1);
  again.sendSync(2);
  expect(a.recvSync()).toBe(2);
  expect(b.handle).toBe(b.handle);
});

test.each([0, -1, NaN, Infinity, 2 ** 31])('a capacity of %d is a RangeError', (capacity) => {
  expect(() => duplex({ capacity })).toThrow(RangeError);
});

test.each(['5', null, {}])('a capacity of %j is a TypeError', (capacity) => {
  expect(() => duplex({ capacity: capacity as never })).toThrow(TypeError);
});

function sharedBytes(...bytes: number[]): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}
