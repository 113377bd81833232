import { Pipe, waitReady, waitReadySync } from '@multiprocess/pipe';
import type { Connection } from '@multiprocess/pipe';
import { Process } from '@multiprocess/process';
import { ClosedError, EOFError, ProcessStartError } from '@multiprocess/shared-memory';
import { describe, expect, onTestFinished, test } from 'vitest';
import { start } from '../process/helpers.js';
import { exitAfter, hold, runForEver, sendAll } from './fixtures/targets.mjs';
import { duplex, simplex, startUser, user } from './helpers.js';

const forms = [
  { form: 'waitReady', wait: waitReady },
  {
    form: 'waitReadySync',
    wait: async (...[objects, options]: Parameters<typeof waitReadySync>) => waitReadySync(objects, options),
  },
];

describe.each(forms)('$form', ({ wait }) => {
  test('gives the connections that have a message', async () => {
    const [[a, b], [c, d], [e, f]] = [duplex(), duplex(), duplex()];
    a.sendSync(1);
    e.sendSync(2);
    expect(await wait([b, d, f])).toEqual([b, f]);
    expect(await wait(new Set([d, f]))).toEqual([f]);
    c.sendSync(3);
    expect(await wait([d])).toEqual([d]);
  });

  test('takes nothing, however often it is called', async () => {
    const [receiver, sender] = simplex();
    sender.sendSync('x');
    for (let i = 0; i < 3; i++) expect(await wait([receiver])).toEqual([receiver]);
    expect(receiver.recvSync()).toBe('x');
    expect(await wait([receiver], { timeout: 0 })).toEqual([]);
  });

  test('counts the end as ready', async () => {
    const [receiver, sender] = simplex();
    const [other] = simplex();
    sender.close();
    expect(await wait([other, receiver])).toEqual([receiver]);
    expect(() => receiver.recvSync()).toThrow(EOFError);
  });

  test('counts the end by death as ready, also when it is tried once', async () => {
    const [receiver, sender] = simplex();
    const [other] = simplex();
    const child = await user(sender, 'hold');
    await child.kill();
    expect(await wait([other, receiver], { timeout: 0 })).toEqual([receiver]);
  });

  test('gives nothing when nothing is ready in time', async () => {
    const [[a], [b]] = [simplex(), simplex()];
    const begun = performance.now();
    expect(await wait([a, b], { timeout: 60 })).toEqual([]);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(59.9);
    expect(await wait([a, b], { timeout: 0 })).toEqual([]);
    expect(await wait([a, b], { block: false })).toEqual([]);
    expect(await wait([a], { timeout: -5 })).toEqual([]);
  });

  test('gives nothing at once when there is nothing to wait for', async () => {
    expect(await wait([])).toEqual([]);
  });

  test('waits for a message of another process', async () => {
    const [receiver, sender] = simplex();
    const quiet = Array.from({ length: 5 }, () => simplex()[0]);
    start({ target: sendAll, args: [sender, ['late']] });
    expect(await wait([...quiet, receiver])).toEqual([receiver]);
    expect(receiver.recvSync()).toBe('late');
  });

  test('waits for more connections than the kernel waits for at once', async () => {
    const [receiver, sender] = simplex();
    const quiet = Array.from({ length: 150 }, () => simplex()[0]);
    start({ target: sendAll, args: [sender, ['late']] });
    expect(await wait([...quiet, receiver])).toEqual([receiver]);
  });

  test('waits for the end of a process, and knows how it ended', async () => {
    const [receiver] = simplex();
    const quick = start({ target: exitAfter, args: [50, 7] });
    const slow = start({ target: runForEver });
    expect(await wait<Connection | Process>([receiver, slow, quick])).toEqual([quick]);
    expect([quick.exitCode, quick.isAlive(), slow.isAlive()]).toEqual([7, false, true]);
    expect(await wait([quick, slow])).toEqual([quick]);
  });

  test('waits for a process that cannot even load', async () => {
    const failing = start({ target: runForEver, execArgv: ['--import', 'data:text/javascript,process.exit(3)'] });
    expect(await wait([failing])).toEqual([failing]);
    expect(failing.exitCode).toBe(3);
  });

  test('waits for messages and ends at once, as they come', async () => {
    const [receiver, sender] = simplex();
    const child = start({ target: sendAll, args: [sender, [1, 2]] });
    const got: unknown[] = [];
    const waitedFor = new Set<Connection | Process>([receiver, child]);
    while (waitedFor.size > 0) {
      for (const ready of await wait(waitedFor)) {
        if (ready === child) waitedFor.delete(child);
        else {
          try {
            got.push(receiver.recvSync());
          } catch (error) {
            expect(error).toBeInstanceOf(EOFError);
            waitedFor.delete(receiver);
          }
        }
      }
    }
    expect(got).toEqual([1, 2]);
    expect(child.exitCode).toBe(0);
  });

  test.each([5, null, {}, 'x', { pid: 1 }])('%j is a TypeError', async (value) => {
    await expect((async () => wait([value as never]))()).rejects.toThrow(TypeError);
  });

  test.each([5, null, undefined, {}])('%j in the place of a list of them is a TypeError', async (objects) => {
    await expect(wait(objects as never)).rejects.toThrow(/objects must be an iterable.+received/);
  });

  test('what only sends, is there twice, is closed or was never started is an error', async () => {
    const [receiver, sender] = simplex();
    const reject = (objects: (Connection | Process)[]) => expect((async () => wait(objects))()).rejects;
    await reject([sender]).toThrow(TypeError);
    await reject([receiver, receiver]).toThrow(TypeError);
    await reject([receiver, new Process({ target: runForEver })]).toThrow(ProcessStartError);
    receiver.close();
    await reject([receiver]).toThrow(ClosedError);
  });
});

test('waitReady() ends with the reason of a signal that is aborted', async () => {
  const [a] = simplex();
  const controller = new AbortController();
  const waiting = waitReady([a], { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await expect(waitReady([a], { signal: controller.signal })).rejects.toThrow('enough');
});

test('waitReadySync() refuses a signal', () => {
  expect(() => waitReadySync([], { signal: new AbortController().signal } as never)).toThrow(TypeError);
});

test('a daemon that nothing else keeps this process for is waited for', async () => {
  const child = start({ target: exitAfter, args: [100, 0], daemon: true });
  expect(await waitReady([child])).toEqual([child]);
});

test('waitReady() learns of the death of a process that holds the other ends of many pipes', async () => {
  const pipes = Array.from({ length: 20 }, () => Pipe.simplex());
  onTestFinished(() => pipes.flat().forEach((end) => end.close()));
  const child = start({ target: hold, args: pipes.map(([, sender]) => sender) });
  await child.ready();
  const receivers = pipes.map(([receiver]) => receiver);
  expect(await waitReady(receivers, { timeout: 0 })).toEqual([]);
  child.kill();
  const waitedFor = new Set(receivers);
  while (waitedFor.size > 0) for (const ready of await waitReady(waitedFor)) waitedFor.delete(ready);
});

test('waitReadySync() is woken by the close of an end, far from it', async () => {
  const [a, b] = duplex();
  const child = startUser(b, 'waitReadySync');
  await child.line('waits');
  a.close();
  await child.line('1');
});
