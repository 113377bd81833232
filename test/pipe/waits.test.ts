import { Pipe } from '@multiprocess/pipe';
import { TimeoutError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { times } from '../helpers/effort.js';
import { areSpread, messagesBetweenTicks } from '../helpers/tick-gaps.js';
import { until } from '../helpers/until.js';
import { duplex, simplex, startUser } from './helpers.js';

const MANY = times(10_000);

function full() {
  const ends = duplex({ capacity: 16_384 });
  for (let i = 0; i < 16; i++) ends[0].sendBytesSync(new Uint8Array(1000));
  return ends;
}
const kilobyte = new Uint8Array(1000);

describe('timeout', () => {
  test.each([0, -1, -Infinity])('%d is one try', async (timeout) => {
    const [a, b] = full();
    await expect(a.sendBytes(kilobyte, { timeout })).rejects.toThrow(TimeoutError);
    expect(() => a.sendBytesSync(kilobyte, { timeout })).toThrow(TimeoutError);
    await expect(a.send('x'.repeat(1000), { timeout })).rejects.toThrow(TimeoutError);
    await expect(a.recv({ timeout })).rejects.toThrow(TimeoutError);
    expect(() => a.recvSync({ timeout })).toThrow(TimeoutError);
    await expect(a.recvBytesInto(new Uint8Array(5), 0, { timeout })).rejects.toThrow(TimeoutError);
    expect(await a.poll({ timeout })).toBe(false);
    expect(a.pollSync({ timeout })).toBe(false);
    expect((await b.recvBytes({ timeout })).length).toBe(1000);
  });

  test.each([1, 30, 150])('%d ms pass before the error', async (timeout) => {
    const [a] = full();
    const takes = async (call: () => unknown) => {
      const begun = performance.now();
      await expect((async () => call())()).rejects.toThrow(TimeoutError);
      expect(performance.now() - begun).toBeGreaterThanOrEqual(timeout);
    };
    await takes(() => a.sendBytes(kilobyte, { timeout }));
    await takes(() => a.sendBytesSync(kilobyte, { timeout }));
    await takes(() => a.recv({ timeout }));
    await takes(() => a.recvSync({ timeout }));
    await takes(() => a.recvBytes({ timeout }));
    await takes(() => a.recvBytesSync({ timeout }));
  });

  test.each([undefined, Infinity])('%s is for ever', async (timeout) => {
    const [a, b] = duplex();
    const got = b.recv({ timeout });
    setTimeout(() => a.sendSync(1), 150);
    expect(await got).toBe(1);
  });

  test.each([NaN, '5', null, {}])('%s is a TypeError, and nothing is sent or taken', async (value) => {
    const [a, b] = duplex();
    b.sendSync('kept');
    const options = { timeout: value } as never;
    expect(() => a.sendSync(1, options)).toThrow(TypeError);
    expect(() => a.recvSync(options)).toThrow(TypeError);
    expect(() => a.pollSync(options)).toThrow(TypeError);
    await expect(a.send(1, options)).rejects.toThrow(TypeError);
    await expect(a.recv(options)).rejects.toThrow(TypeError);
    await expect(a.poll(options)).rejects.toThrow(TypeError);
    await expect(a.sendBytes(kilobyte, options)).rejects.toThrow(TypeError);
    await expect(a.recvBytes(options)).rejects.toThrow(TypeError);
    expect(b.pollSync()).toBe(false);
    expect(a.recvSync()).toBe('kept');
  });

  test('what timed out took nothing and swallowed no wake', async () => {
    const [a, b] = duplex();
    await expect(b.recv({ timeout: 10 })).rejects.toThrow(TimeoutError);
    const got = b.recv();
    await expect(b.recv({ timeout: 10 })).rejects.toThrow(TimeoutError);
    a.sendSync(1);
    expect(await got).toBe(1);
  });
});

describe('signal', () => {
  test('gives a wait up with its reason, and nothing was sent or taken', async () => {
    const [a, b] = full();
    const controller = new AbortController();
    const { signal } = controller;
    const waits = [a.recv({ signal }), a.sendBytes(kilobyte, { signal }), a.poll({ timeout: 1e6, signal })];
    setTimeout(() => {
      controller.abort(new Error('enough'));
    }, 20);
    for (const end of await Promise.allSettled(waits)) expect(end).toMatchObject({ reason: { message: 'enough' } });
    for (let i = 0; i < 16; i++) await b.recvBytes();
    expect(b.pollSync()).toBe(false);
    b.sendSync('not taken');
    await expect(a.recv({ signal })).rejects.toThrow('enough');
    expect(await a.recv()).toBe('not taken');
  });

  test('is a TypeError where it can do nothing, or is none', async () => {
    const [a] = duplex();
    const { signal } = new AbortController();
    expect(() => a.recvSync({ signal } as never)).toThrow(TypeError);
    expect(() => a.sendSync(1, { signal } as never)).toThrow(TypeError);
    expect(() => a.pollSync({ signal } as never)).toThrow(TypeError);
    await expect(a.recv({ signal: {} as never })).rejects.toThrow(TypeError);
  });
});

describe('the event loop', () => {
  test('goes on while calls wait, and while a loop always finds something', async () => {
    const [a, b] = duplex();
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    while (ticks < 4) {
      await a.send(1);
      await b.recv();
    }
    const waiting = b.poll({ timeout: Infinity });
    await until(() => ticks >= 8);
    clearInterval(timer);
    await a.send(1);
    expect(await waiting).toBe(true);
  });

  test('goes on while another process sends without a pause', async () => {
    const [a, b] = duplex();
    const sender = startUser(b, 'fill');
    expect((await a.recvBytes()).length).toBe(1000);
    const counts = await messagesBetweenTicks(40, async () => {
      expect((await a.recvBytes()).length).toBe(1000);
    });
    expect(counts).toSatisfy(areSpread);
    await sender.kill();
  });

  test.each([
    { what: 'nothing pending', code: 0 },
    { what: 'unref() before recv()', code: 0 },
    { what: 'unref() after recv()', code: 0 },
    { what: 'unref(), ref(), unref()', code: 0 },
  ])('ends with $what', async ({ what, code }) => {
    const [, b] = duplex();
    const child = startChild(new URL('fixtures/does-not-await.mjs', import.meta.url), { args: [b.handle, what] });
    expect(await child.exit, child.stderr).toEqual({ code, signal: null });
  });

  test.each(['recv()', 'unref(), ref()', 'waitReady()'])('is kept alive by %s, whatever is collected', async (what) => {
    const [a, b] = duplex();
    const child = startChild(new URL('fixtures/does-not-await.mjs', import.meta.url), {
      args: [b.handle, what],
      execArgv: ['--expose-gc'],
    });
    await child.line('kept alive');
    a.sendSync(1);
    expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  });
});

test(`${MANY} pipes that were dropped without close() leave no mapping, no file and no descriptor`, async () => {
  const child = startChild(new URL('fixtures/drop-pipes.mjs', import.meta.url), {
    args: [String(MANY)],
    execArgv: ['--expose-gc'],
  });
  expect(await child.line(/^dropped/), child.stderr).toBe('dropped: 0 mappings, 0 files, no descriptor more');
  expect(await child.exit).toEqual({ code: 0, signal: null });
}, 240_000);

test('a pipe that only a pending call refers to stays', async () => {
  const got = (() => {
    const [receiver, sender] = Pipe.simplex();
    setTimeout(() => {
      sender.sendSync('late');
      sender.close();
    }, 100);
    return receiver.recv();
  })();
  expect(await got).toBe('late');
  simplex();
});
