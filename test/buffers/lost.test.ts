import type { SharedBuffer } from '@multiprocess/buffers';
import { Pipe } from '@multiprocess/pipe';
import { Queue } from '@multiprocess/queue';
import { ProcessStartError, TimeoutError } from '@multiprocess/shared-memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';
import { start } from '../process/helpers.js';
import { answerOnce, hold, sendInto } from './fixtures/targets.mjs';
import { newPool } from './helpers.js';

const program = (name: string) => new URL(`fixtures/${name}`, import.meta.url);

describe('chunks come back by themselves', () => {
  test('from a queue that is closed everywhere', () => {
    const pool = newPool({ chunks: 3 });
    const queue = new Queue();
    queue.putManySync([pool.loanSync(), [pool.loanSync()], { buffer: pool.loanSync() }]);
    expect(pool.free).toBe(0);
    queue.close();
    expect(pool.free).toBe(3);
  });

  test('from a pipe that is closed at both ends', () => {
    const pool = newPool();
    const [receiver, sender] = Pipe.simplex();
    sender.sendSync(pool.loanSync());
    sender.close();
    expect(pool.free).toBe(1);
    receiver.close();
    expect(pool.free).toBe(2);
  });

  test('from the second ring of a pipe', async () => {
    const pool = newPool({ chunks: 1 });
    const [a, b] = Pipe.duplex();
    await b.send(pool.loanSync());
    ((await a.recv()) as SharedBuffer).close();
    await a.send(pool.loanSync());
    const waiting = pool.loan();
    a.close();
    b.close();
    expect((await waiting).byteLength).toBe(1000);
  });

  test.each([
    ['simplex', () => Pipe.simplex<SharedBuffer>()],
    ['duplex', () => Pipe.duplex<SharedBuffer>()],
  ] as const)('from a %s pipe whose receiver has closed its end', async (_, make) => {
    const pool = newPool({ chunks: 1 });
    const [receiver, sender] = make();
    onTestFinished(() => sender.close());
    await sender.send(pool.loanSync());
    const waiting = pool.loan();
    receiver.close();
    expect((await waiting).byteLength).toBe(1000);
  });

  test('from a pipe whose receiver was killed, to a sender that blocks', async () => {
    const pool = newPool({ chunks: 1 });
    const [receiver, sender] = Pipe.duplex();
    onTestFinished(() => sender.close());
    const child = start({ target: answerOnce, args: [receiver] });
    await sender.send(1);
    expect(await sender.recv()).toBe(1);
    sender.sendSync(pool.loanSync());
    child.kill();
    await child.join();
    expect(pool.loanSync().byteLength).toBe(1000);
  });

  test('and not from a pipe whose sender was killed, in both of its directions', async () => {
    const pool = newPool({ chunks: 3 });
    const ends = [...Pipe.duplex(), ...Pipe.duplex()];
    onTestFinished(() => {
      for (const end of ends) end.close();
    });
    const [first, second, third, fourth] = ends;
    const child = start({ target: sendInto, args: [pool, second!, third!] });
    for (const end of [first!, fourth!]) expect(await end.poll({ timeout: 60_000 })).toBe(true);
    child.kill();
    await child.join();
    using last = pool.loanSync();
    expect(last.closed).toBe(false);
    expect(() => pool.loanSync({ timeout: 6000 })).toThrow(TimeoutError); // a lost one would have come back by then
    for (const end of [first!, fourth!]) expect(((await end.recv()) as SharedBuffer).byteLength).toBe(1000);
  });

  test('from a queue whose items are thrown away', async () => {
    const pool = newPool({ chunks: 1 });
    using queue = new Queue();
    queue.putSync(pool.loanSync());
    queue.shutdown({ immediate: true });
    expect((await pool.loan()).byteLength).toBe(1000);
  });

  test('and not from a queue that has them still, whatever happens to others', () => {
    const pool = newPool({ chunks: 2 });
    using queue = new Queue<SharedBuffer>();
    using full = new Queue<SharedBuffer>();
    queue.putSync(pool.loanSync());
    full.putSync(pool.loanSync());
    full.close();
    expect([pool.free, pool.free]).toEqual([1, 1]);
    expect(queue.getSync().byteLength).toBe(1000);
  });

  test('from an argument of a process that could not be started: it is here still', () => {
    const pool = newPool();
    using told = new Queue<string>();
    const buffer = pool.loanSync();
    expect(() => {
      start({ target: hold, args: [buffer, told], cwd: '/there/is/no/such/directory' });
    }).toThrow(ProcessStartError);
    expect(buffer.bytes.length).toBe(1000);
  });

  test('from an argument of a process that cannot load', async () => {
    const pool = newPool({ chunks: 1 });
    using told = new Queue<string>();
    start({
      target: hold,
      args: [pool.loanSync(), told],
      execArgv: ['--import', 'data:text/javascript,process.exit(3)'],
    });
    expect((await pool.loan()).byteLength).toBe(1000);
  });

  test('from a process that is killed, to a caller that blocks', async () => {
    const pool = newPool({ chunks: 2 });
    const child = startChild(program('take-all.mjs'), { args: [pool.handle, '2'] });
    await child.line('has them');
    expect(pool.free).toBe(0);
    await child.kill();
    expect([pool.loanSync().byteLength, pool.loanSync().byteLength]).toEqual([1000, 1000]);
  });

  test('from messages of a process that was killed, once they are taken, or their queue is gone; not before', async () => {
    const pool = newPool({ chunks: 4 });
    const queue = new Queue<SharedBuffer>();
    const child = startChild(program('put-all.mjs'), { args: [pool.handle, queue.handle, '4'] });
    await child.line('put them');
    await child.kill();
    expect(pool.free).toBe(0);
    queue.getSync().close();
    using second = queue.getSync();
    expect(second.bytes[0]).toBe(1); // the number of the message
    expect(pool.free).toBe(1);
    queue.close();
    expect(pool.free).toBe(3);
  });

  test('from the caller of loanSync() that was killed while it waited: another gets what it would have got', async () => {
    const pool = newPool({ chunks: 1 });
    const buffer = pool.loanSync();
    const child = startChild(program('take-all.mjs'), { args: [pool.handle, '1'] });
    await child.line('begins');
    const waiting = pool.loan();
    await child.kill();
    buffer.close();
    expect((await waiting).byteLength).toBe(1000);
  });
});

describe('the collector', () => {
  test('gives back what nothing refers to, not even a view of a view', async () => {
    const child = startChild(program('leak.mjs'), { execArgv: ['--expose-gc'] });
    expect(await child.line(/leaked/)).toBe('leaked: 4 of 4 free');
    expect(await child.line(/held/)).toBe('held by a subarray: 3 of 4 free');
    expect(await child.line(/kept/)).toBe('kept by its handle: 3 of 4 free');
    expect(await child.line(/waited/)).toBe('waited for: 1000');
    expect((await child.exit).code, child.stderr).toBe(0);
  });

  test('leaves buffers what they need when their pool is dropped, and lets everything go with them', async () => {
    const child = startChild(program('drop-pool.mjs'), { execArgv: ['--expose-gc'] });
    expect(await child.line(/bytes/)).toBe('bytes: 7');
    expect(await child.line(/got/)).toBe('got: 8');
    expect(await child.line(/mappings/)).toBe('mappings: 0');
    expect((await child.exit).code, child.stderr).toBe(0);
  });
});

test('a process that has received buffers lets go of their pool when it is idle', async () => {
  const queue = new Queue<SharedBuffer>();
  const child = startChild(program('receive.mjs'), { args: [queue.handle] });
  await child.line('ready');
  const pool = newPool({ chunks: 1 });
  queue.putSync(pool.loanSync());
  await child.line('mappings of the pool: 1');
  await child.line('mappings of the pool: 0');
  expect(await until(() => pool.free)).toBe(1);
  queue.close();
});
