import { Connection } from '@multiprocess/pipe';
import { Queue } from '@multiprocess/queue';
import { EOFError, ProcessStartError } from '@multiprocess/shared-memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import { start } from '../process/helpers.js';
import { echo, greetThrough, hold, passOn, runForEver, sendAll, sendOwn } from './fixtures/targets.mjs';
import { duplex, simplex, user } from './helpers.js';

const cannotLoad = { execArgv: ['--import', 'data:text/javascript,process.exit(3)'] };

describe('an end as an argument of a process', () => {
  test('ends with that process, without being closed here', async () => {
    const [receiver, sender] = simplex();
    start({ target: sendAll, args: [sender, [1, { two: 2 }, 'three']] });
    const got = [];
    for await (const message of receiver) got.push(message);
    expect(got).toEqual([1, { two: 2 }, 'three']);
  });

  test('may be closed here at once, as in Python', async () => {
    const [receiver, sender] = simplex();
    start({ target: sendAll, args: [sender, ['after all']] });
    sender.close();
    expect(receiver.recvSync()).toBe('after all');
    expect(() => receiver.recvSync()).toThrow(EOFError);
  });

  test('is lost with a process that cannot load: a call that awaits learns it', async () => {
    const [receiver, sender] = simplex();
    const child = start({ target: sendAll, args: [sender, []], ...cannotLoad });
    await expect(receiver.recv()).rejects.toThrow(EOFError);
    await expect(child.ready()).rejects.toThrow(ProcessStartError);
  });

  test('is lost with a process that cannot load: a call that blocks learns it', () => {
    const [receiver, sender] = simplex();
    start({ target: sendAll, args: [sender, []], ...cannotLoad });
    expect(() => receiver.recvSync()).toThrow(EOFError);
  });

  test('is as it was if the process could not be started', async () => {
    const [receiver, sender] = simplex();
    expect(() => {
      start({ target: sendAll, args: [sender, []], cwd: '/there/is/no/such/directory' });
    }).toThrow(ProcessStartError);
    expect(receiver.pollSync()).toBe(false);
    sender.sendSync('mine');
    expect(receiver.recvSync()).toBe('mine');
  });

  test('carries requests and answers', async () => {
    const [a, b] = duplex();
    start({ target: echo, args: [b] });
    for (let i = 0; i < 50; i++) {
      await a.send({ i });
      expect(i % 2 === 0 ? await a.recv() : a.recvSync()).toEqual({ i });
    }
  });

  test('connects two children that no longer have anything to do with this process', async () => {
    const [a, b] = duplex();
    const [receiver, sender] = simplex();
    start({ target: echo, args: [b] });
    b.close();
    start({ target: sendAll, args: [sender, ['x']] });
    sender.close();
    await a.send(await receiver.recv());
    expect(await a.recv()).toBe('x');
  });
});

describe('an end that travels', () => {
  test('through several processes works in the last, and in none before it', async () => {
    const [first, toFirst] = simplex();
    const [second, toSecond] = simplex();
    const [last, toLast] = simplex();
    const relays = [
      start({ target: passOn, args: [first, toSecond] }),
      start({ target: passOn, args: [second, toLast] }),
    ];
    const [receiver, sender] = simplex();
    toFirst.sendSync(sender);
    sender.close();
    const arrived = (await last.recv()) as Connection;
    expect(arrived).toBeInstanceOf(Connection);
    arrived.sendSync('all the way');
    expect(receiver.recvSync()).toBe('all the way');
    arrived.close();
    await expect(receiver.recv()).rejects.toThrow(EOFError);
    toFirst.close();
    for (const relay of relays) expect(await relay.join()).toBe(true);
  });

  test('through a queue works where it is got', async () => {
    const queue = new Queue<Connection | null>();
    onTestFinished(() => {
      queue.close();
    });
    start({ target: greetThrough, args: [queue] });
    for (let i = 0; i < 10; i++) {
      const [receiver, sender] = simplex();
      if (i % 2 === 0) await queue.put(sender);
      else queue.putManySync([sender]);
      sender.close();
      expect(await receiver.recv()).toBe('hello');
      await expect(receiver.recv()).rejects.toThrow(EOFError);
    }
    queue.putSync(null);
  });

  test('through a queue is lost when what is in the queue is thrown away', async () => {
    using queue = new Queue<Connection>();
    const [receiver, sender] = simplex();
    queue.putSync(sender);
    expect(receiver.pollSync()).toBe(false);
    queue.shutdown({ immediate: true });
    await expect(receiver.recv()).rejects.toThrow(EOFError);
  });

  test('through a queue that is full is as it was', async () => {
    using queue = new Queue<Connection | number>({ maxsize: 1 });
    queue.putSync(0);
    const [receiver, sender] = simplex();
    expect(() => queue.putNowait(sender)).toThrow();
    await expect(queue.put(sender, { timeout: 5 })).rejects.toThrow();
    await expect(queue.putMany([sender], { timeout: 5 })).rejects.toThrow();
    expect(receiver.pollSync()).toBe(false);
    sender.close();
    expect(() => receiver.recvSync()).toThrow(EOFError);
  });
});

describe('several on one end', () => {
  test.each([
    { what: 'small messages', most: 100, capacity: undefined },
    { what: 'messages up to 200 KiB, little room', most: 200_000, capacity: 16_384 },
  ])('processes send without mixing: $what', async ({ most, capacity }) => {
    const [receiver, sender] = simplex({ capacity });
    const count = most > 1000 ? 60 : 2000;
    for (const id of [1, 2, 3]) start({ target: sendOwn, args: [sender, id, count, most] });
    const next = [0, 0, 0, 0];
    for (let i = 0; i < 3 * count; i++) {
      const bytes = i % 3 === 0 ? receiver.recvBytesSync() : await receiver.recvBytes();
      const head = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
      const [id, number] = [head & 255, head >>> 8];
      expect(number).toBe(next[id]!++);
      expect(bytes.length).toBe(4 + ((number * 7919 + id * 104_729) % most));
      expect(bytes.subarray(4).every((byte) => byte === id)).toBe(true);
    }
    await expect(receiver.recv()).rejects.toThrow(EOFError);
  });

  test('receive each message once', async () => {
    const [a, b] = duplex();
    for (let i = 0; i < 3; i++) start({ target: echo, args: [b] });
    const count = 300;
    const got = new Set<unknown>();
    const receiving = (async () => {
      while (got.size < count) got.add(await a.recv());
    })();
    for (let i = 0; i < count; i++) await a.send(i);
    await receiving;
    expect([...got].sort((x, y) => Number(x) - Number(y))).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(a.pollSync()).toBe(false);
  });

  test('one killed does not end it for the others', async () => {
    const [a, b] = duplex();
    const victim = start({ target: hold, args: [b] });
    start({ target: echo, args: [b] });
    await victim.ready();
    victim.kill();
    await victim.join();
    await a.send('still');
    expect(await a.recv()).toBe('still');
  });

  test('calls of one thread that wait are served in their order', async () => {
    const [a, b] = duplex();
    const got = Array.from({ length: 20 }, () => b.recv());
    for (let i = 0; i < 20; i++) a.sendSync(i);
    expect(await Promise.all(got)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});

test('a message whose sender is killed in the middle of sending it is whole or not there', async () => {
  const whole = new Uint8Array(3_000_000).fill(7);
  for (let i = 0; i < 5; i++) {
    const [receiver, sender] = simplex({ capacity: 16_384 });
    const child = await user(sender, 'sendLarge', 3_000_000);
    let received = 0;
    const receiving = (async () => {
      for (;;) {
        const bytes = await receiver.recvBytes();
        expect(Buffer.compare(bytes, whole)).toBe(0);
        received++;
      }
    })();
    receiving.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 30 + i * 13)); // at any moment of it
    await child.kill();
    await expect(receiving).rejects.toThrow(EOFError);
    expect(received).toBeGreaterThanOrEqual(0);
  }
});

test('a process that holds both ends does not keep them open for others when it is killed', async () => {
  const [a, b] = duplex();
  const child = start({ target: hold, args: [a, b] });
  await child.ready();
  const [c, d] = duplex();
  const other = start({ target: runForEver });
  c.sendSync([a, b]); // on their way, without a receiver
  child.kill();
  await child.join();
  d.close();
  other.kill();
  expect(() => c.recvSync()).toThrow(EOFError);
});
