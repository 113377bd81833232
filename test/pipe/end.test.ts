import { Worker } from 'node:worker_threads';
import { Connection } from '@multiprocess/pipe';
import { deserialize, serialize } from '@multiprocess/serialization';
import { attach, BrokenPipeError, ClosedError, EOFError, HandleError, listSegments } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { markKilled } from '../helpers/segment-directory.js';
import { until } from '../helpers/until.js';
import { duplex, simplex, startUser, user } from './helpers.js';

describe('the end comes when the only process that held the other end', () => {
  test.each(['close', 'exit', 'dieSoon'])('goes (%s): a call that blocks learns it', async (action) => {
    const [a, b] = duplex();
    if (action === 'dieSoon') markKilled();
    await user(b, action);
    expect(() => a.recvSync()).toThrow(EOFError);
    expect(() => a.sendSync(1)).toThrow(BrokenPipeError);
  });

  test.each(['close', 'exit', 'hold'])('goes (%s): a call that awaits learns it', async (action) => {
    const [a, b] = duplex();
    const child = startUser(b, action);
    const got = a.recv();
    const polled = a.poll({ timeout: Infinity });
    if (action === 'hold') void child.line('attached').then(() => child.kill());
    await expect(got).rejects.toThrow(EOFError);
    expect(await polled).toBe(true);
    await expect(a.send(1)).rejects.toThrow(BrokenPipeError);
  });

  test('is killed: a try learns it at once', async () => {
    const [a, b] = duplex();
    const [receiver, sender] = simplex();
    const child = await user(b, 'hold');
    const other = await user(receiver, 'hold');
    expect(a.pollSync()).toBe(false);
    sender.sendSync(1);
    await child.kill();
    await other.kill();
    expect(a.pollSync()).toBe(true);
    expect(() => a.recvSync({ timeout: 0 })).toThrow(EOFError);
    expect(() => sender.sendSync(1)).toThrow(BrokenPipeError);
  });

  test('is killed: what it has sent is received first', async () => {
    const [receiver, sender] = simplex();
    const child = await user(sender, 'sendNumbers', 20, 'me');
    await child.line('done');
    await child.kill();
    for (let i = 0; i < 20; i++) expect(await receiver.recv()).toMatchObject({ number: i });
    await expect(receiver.recv()).rejects.toThrow(EOFError);
  });

  test.each(['fill', 'sendLarge'])('is killed while others wait for room (%s), and they learn it', async (action) => {
    const [receiver, sender] = simplex({ capacity: 16_384 });
    const reader = await user(receiver, 'hold');
    const writer = await user(sender, action, 100_000);
    await writer.line('waits');
    const sent = (async () => {
      for (;;) await sender.send('x'.repeat(1000));
    })();
    sent.catch(() => undefined);
    await reader.kill();
    await writer.line('threw BrokenPipeError');
    await expect(sent).rejects.toThrow(BrokenPipeError);
  });

  test.each(['recv', 'recvSync', 'poll', 'pollSync', 'iterate'])(
    'is this one, and another waits in %s',
    async (action) => {
      const [a, b] = duplex();
      const child = await user(b, action);
      await child.line('waits');
      a.close();
      await child.line(action.startsWith('poll') ? 'true' : action === 'iterate' ? 'done' : 'threw EOFError');
    },
  );

  test('is a worker thread, which was stopped', async () => {
    const [a, b] = duplex();
    const worker = new Worker(new URL('fixtures/echo-in-worker.mjs', import.meta.url), {
      workerData: b.handle,
      execArgv: [],
    });
    await a.send('there');
    expect(await a.recv()).toBe('there');
    const got = a.recv();
    await worker.terminate();
    await expect(got).rejects.toThrow(EOFError);
  });
});

describe('an end that several hold', () => {
  test('ends with the last of them, in whatever order and manner they go', async () => {
    const [receiver, sender] = simplex();
    const children = [await user(sender, 'hold'), await user(sender, 'hold'), await user(sender, 'hold')];
    let ended = false;
    const end = receiver.recv().catch((error: unknown) => {
      ended = true;
      return error;
    });
    await children[0]!.kill();
    children[2]!.say('go');
    await children[2]!.exit;
    expect(await receiver.poll({ timeout: 300 })).toBe(false);
    expect(ended).toBe(false);
    await children[1]!.kill();
    expect(await end).toBeInstanceOf(EOFError);
  });

  test('whose holder that a sleeper watched has closed it, ends with the death of another', async () => {
    const [receiver, sender] = simplex();
    const first = await user(sender, 'hold');
    const second = await user(sender, 'hold');
    const reader = await user(receiver, 'recvSync');
    receiver.close();
    await reader.line('waits');
    first.say('end');
    await first.exit;
    await second.kill();
    await reader.line('threw EOFError');
  });

  test('may be held by many: 240 connections', () => {
    const [, sender] = simplex();
    const more = Array.from({ length: 239 }, () => Connection.attach(sender.handle));
    expect(() => Connection.attach(sender.handle)).toThrow(HandleError);
    more.pop()?.close();
    more.push(Connection.attach(sender.handle));
    for (const one of more) one.close();
    expect(sender.closed).toBe(false);
  });

  test('has room again when holders have died', async () => {
    const [receiver, sender] = simplex();
    for (let i = 0; i < 3; i++) {
      const child = await user(sender, 'hold');
      await child.kill();
    }
    const more = Array.from({ length: 239 }, () => Connection.attach(sender.handle));
    for (const one of more) one.close();
    expect(receiver.pollSync()).toBe(true);
  });
});

describe('an end that was handed to another process by its handle', () => {
  test('counts as held here until a process has attached', async () => {
    const [a, b] = duplex();
    expect(b.handle).toContain('pipe.Connection');
    expect(a.pollSync()).toBe(false);
    b.close();
    expect(a.pollSync()).toBe(true);
  });

  test('counts as held here if it was used here before', async () => {
    const [a, b] = duplex();
    b.sendSync('mine');
    const child = await user(b, 'hold');
    await child.kill();
    expect(a.recvSync()).toBe('mine');
    expect(a.pollSync()).toBe(false);
    b.sendSync('and still mine');
    expect(a.recvSync()).toBe('and still mine');
  });

  test('counts as held here if it is used here afterwards', async () => {
    const [a, b] = duplex();
    const child = await user(b, 'hold');
    a.sendSync('for any process');
    expect(b.recvSync()).toBe('for any process');
    await child.kill();
    expect(a.pollSync()).toBe(false);
  });

  test('can no longer be used here when it is gone', async () => {
    const [a, b] = duplex();
    const child = await user(b, 'hold');
    await child.kill();
    expect(() => a.recvSync()).toThrow(EOFError);
    expect(() => b.sendSync(1)).toThrow(ClosedError);
    expect(() => attach(b.handle)).toThrow(HandleError);
    b.close();
  });

  test('counts for each of the handles that were taken, until all have attached', async () => {
    const [receiver, sender] = simplex();
    const handles = [sender.handle, sender.handle, sender.handle];
    for (const handle of handles) {
      expect(receiver.pollSync()).toBe(false);
      Connection.attach(handle).close();
    }
    expect(receiver.pollSync()).toBe(true);
  });

  test.each(['', 'x', '2/0/1', '0/999/1', '0/0/1/1', '0/0/99999999999'])(
    'a handle with %j for its end is a HandleError',
    (rest) => {
      const [, sender] = simplex();
      const segment = sender.handle.split('/')[0];
      expect(() => Connection.attach(`${segment}/${rest}`)).toThrow(HandleError);
    },
  );
});

describe('an end in a message', () => {
  test('arrives as a connection of its own', () => {
    const [a, b] = duplex();
    const [receiver, sender] = simplex();
    a.sendSync({ reply: sender });
    const { reply } = b.recvSync() as { reply: Connection };
    expect(reply).toBeInstanceOf(Connection);
    expect(reply).not.toBe(sender);
    reply.sendSync('answer');
    expect(receiver.recvSync()).toBe('answer');
    reply.close();
    expect(() => receiver.recvSync()).toThrow(EOFError);
  });

  test('counts as held until it is received, although its sender has closed it', async () => {
    const [a, b] = duplex();
    const [receiver, sender] = simplex();
    a.sendSync(sender);
    sender.close();
    expect(receiver.pollSync()).toBe(false);
    const got = b.recvSync() as Connection;
    expect(receiver.pollSync()).toBe(false);
    got.sendSync('x');
    got.close();
    expect(receiver.recvSync()).toBe('x');
    expect(() => receiver.recvSync()).toThrow(EOFError);
  });

  test('is still there when both ends were closed after they were sent', async () => {
    const [a, b] = duplex();
    const [left, right] = duplex();
    a.sendSync([left, right]);
    left.close();
    right.close();
    const [first, second] = b.recvSync() as [Connection, Connection];
    first.sendSync('still there');
    expect(second.recvSync()).toBe('still there');
    first.close();
    expect(() => second.recvSync()).toThrow(EOFError);
    second.close();
  });

  test.each(['SIGKILL', 'exit'])('outlives its sender, which ends (%s) before it is received', async (how) => {
    const [a, b] = duplex();
    const [receiver, sender] = simplex();
    const child = await user(b, 'forward');
    a.sendSync(sender); // to the child
    await child.line('has it');
    if (how === 'SIGKILL') await child.kill();
    else {
      child.say('go on');
      expect(await receiver.recv()).toBe('from the process that got it');
      child.say('end');
      await child.exit;
    }
    await expect(receiver.recv()).rejects.toThrow(EOFError);
  });

  test('is lost with a receiver that ends before it receives it', async () => {
    const [a, b] = duplex();
    const [receiver, sender] = simplex();
    const child = await user(b, 'hold');
    a.sendSync(sender);
    expect(receiver.pollSync()).toBe(false);
    await child.kill();
    await expect(receiver.recv()).rejects.toThrow(EOFError);
  });

  test('is lost with such a receiver, also for a sender that blocks', async () => {
    const [a, b] = duplex();
    const [receiver, sender] = simplex();
    const child = await user(b, 'hold');
    a.sendSync(sender);
    await child.kill();
    expect(() => a.sendSync(1)).toThrow(BrokenPipeError);
    expect(() => receiver.recvSync()).toThrow(EOFError);
  });

  test('of a message that was not sent is as it was', async () => {
    const [a, b] = duplex({ capacity: 1 });
    const [receiver, sender] = simplex();
    for (let i = 0; i < 16; i++) a.sendBytesSync(new Uint8Array(1000));
    expect(() => a.sendSync({ sender, filler: 'x'.repeat(1000) }, { timeout: 0 })).toThrow();
    await expect(a.send({ sender, filler: 'x'.repeat(1000) }, { timeout: 10 })).rejects.toThrow();
    expect(() => a.sendSync([sender, Symbol('no')])).toThrow();
    b.close();
    expect(() => a.sendSync(sender)).toThrow(BrokenPipeError);
    expect(receiver.pollSync()).toBe(false);
    sender.sendSync('still usable');
    expect(receiver.recvSync()).toBe('still usable');
    sender.close();
    expect(() => receiver.recvSync()).toThrow(EOFError);
  });

  test('may be serialized by hand', () => {
    const [receiver, sender] = simplex();
    const bytes = serialize({ sender });
    sender.close();
    expect(receiver.pollSync()).toBe(false);
    using got = (deserialize(bytes) as { sender: Connection }).sender;
    got.sendSync(1);
    expect(receiver.recvSync()).toBe(1);
  });

  test('leaves no segment behind once it has arrived and all have closed it', async () => {
    const [a, b] = duplex();
    const before = new Set(listSegments().map(({ name }) => name));
    const [left, right] = duplex();
    a.sendSync(right);
    right.close();
    (b.recvSync() as Connection).close();
    left.close();
    await until(() => listSegments().every(({ name }) => before.has(name)));
  });
});

test('an end that was dropped without close() ends when that is found out', async () => {
  const [a, b] = duplex();
  startChild(new URL('fixtures/drop-connection.mjs', import.meta.url), { args: [b.handle], execArgv: ['--expose-gc'] });
  await expect(a.recv()).rejects.toThrow(EOFError);
});

test.each(['header', 'entries'])(
  'a dropped end of a pipe with a damaged %s leaves its program running',
  async (what) => {
    const child = startChild(new URL('fixtures/drop-damaged.mjs', import.meta.url), {
      args: [what],
      execArgv: ['--expose-gc'],
    });
    expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
    expect(child.lines.at(-1)).toMatch(/^lives on/);
  },
);
