import { Connection } from '@multiprocess/pipe';
import { BrokenPipeError, ClosedError, EOFError, SerializationError, TimeoutError } from '@multiprocess/shared-memory';
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

  test('is neither readable nor writable after close(), and another connection is what it was', () => {
    const [a, b] = duplex();
    a.close();
    expect([a.readable, a.writable, a.closed]).toEqual([false, false, true]);
    expect([b.readable, b.writable, b.closed]).toEqual([true, true, false]);
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
