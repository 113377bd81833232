import { deserialize, serialize } from '@multiprocess/serialization';
import { BrokenPipeError, BufferTooShortError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { duplex, simplex } from './helpers.js';

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

  test('what send wrote can be sent on through another pipe', () => {
    const [a, b] = duplex();
    const [c, d] = duplex();
    for (let id = 0; id < 4; id++) {
      a.sendSync({ id, name: 'x' });
      c.sendBytesSync(b.recvBytesSync());
      expect(d.recvSync()).toEqual({ id, name: 'x' });
    }
  });
});

describe('recvBytes', () => {
  test('gives bytes that no other code writes to', async () => {
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
    for (const receive of [
      () => b.recvBytesInto(target, 2),
      () => Promise.resolve().then(() => b.recvBytesIntoSync(target, 2)),
    ]) {
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

function sharedBytes(...bytes: number[]): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}

describe('a value that is received as bytes', () => {
  const value = { id: 1, name: 'x', tags: ['a'], nested: { id: 2, ok: true } };

  test('is what serialize() gives, whatever was sent before, and can be sent on through another pipe', async () => {
    const [a, b] = duplex();
    const [c, d] = duplex();
    for (let i = 0; i < 5; i++) {
      a.sendSync(value);
      const bytes = b.recvBytesSync();
      expect(bytes).toEqual(serialize(value));
      await c.sendBytes(bytes);
      expect(await d.recv()).toEqual(value);
    }
    const room = new Uint8Array(1000);
    a.sendSync(value);
    const length = await b.recvBytesInto(room, 8);
    expect(deserialize(room.slice(8, 8 + length))).toEqual(value);
    a.sendSync(value);
    expect(() => b.recvBytesIntoSync(new Uint8Array(5))).toThrow(BufferTooShortError);
  });

  test('is told from bytes that look like one', () => {
    const [a, b] = duplex();
    for (let first = 0; first < 256; first++) {
      for (const bytes of [Uint8Array.of(first), Uint8Array.of(first, 1, 2, 3, 4, 5, 6, 7, 8)]) {
        a.sendSync(value);
        a.sendBytesSync(bytes);
        b.recvSync();
        expect(b.recvBytesSync()).toEqual(bytes);
      }
    }
  });
});
