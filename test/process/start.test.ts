import { isMainProcess, Process } from '@multiprocess/process';
import type { ProcessOptions } from '@multiprocess/process';
import { ProcessStartError, SerializationError, TimeoutError } from '@multiprocess/shared-memory';
import type { SharedMemory } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { runtimes } from '../helpers/runtimes.js';
import { until } from '../helpers/until.js';
import { outputOf, segmentFiles, sharedWords, start, startThis } from './helpers.js';
import { unreachable as brokenTarget } from './fixtures/imports/broken-module.mjs';
import { unreachable as exitingTarget } from './fixtures/imports/exits-on-import.mjs';
import { Picky, take } from './fixtures/picky.mjs';
import { late } from './fixtures/imports/slow-module.mjs';
import * as targets from './fixtures/targets.mjs';

const fixture = (name: string): URL => new URL(`fixtures/${name}`, import.meta.url);

function errorOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('It did not throw');
}

describe.each(runtimes)('a target, in a $runtime,', ({ runtime }) => {
  test('is called in another process with its arguments', async () => {
    const args = [1, 'two', new Map([['three', new Date(3)]]), [undefined, 4n]];
    expect(await outputOf({ runtime, target: targets.write, args })).toEqual([
      '1',
      "'two'",
      "Map(1) { 'three' => 1970-01-01T00:00:00.003Z }",
      '[ undefined, 4n ]',
    ]);
  });

  test('may be a function that needs nothing around it', async () => {
    const { memory, words } = sharedWords();
    const child = start({
      runtime,
      target: (shared: SharedMemory, value: number) => {
        Atomics.store(new Int32Array(shared.buffer), 0, value);
      },
      args: [memory, 7],
    });
    await child.join();
    expect(child.error).toBeUndefined();
    expect(words[0]).toBe(7);
  });

  test('may be a function that misses what was around it: the error names that', async () => {
    const missing = sharedWords();
    const child = start({ runtime, target: () => missing.words, stdio: 'ignore' });
    await child.join();
    expect(child.error).toMatchObject({
      name: 'ReferenceError',
      message: expect.stringMatching(/^missing is not defined.*task/s) as string,
    });
  });

  test('gets shared objects as live objects', async () => {
    const { memory, words } = sharedWords();
    const child = start({ runtime, target: targets.stay, args: [memory, 3] });
    await until(() => Atomics.load(words, 3) === child.pid);
  });

  test('gets typed arrays over shared memory without a copy', async () => {
    const { words } = sharedWords();
    const child = start({ runtime, target: (received: Int32Array) => Atomics.store(received, 3, 7), args: [words] });
    await child.join();
    expect(words[3]).toBe(7);
  });

  test('gets arguments of any size', async () => {
    const bytes = new Uint8Array(20_000_000).fill(7);
    const child = start({
      runtime,
      target: (received: Uint8Array) => process.exit(received.every((byte) => byte === 7) ? received.length / 1e6 : 1),
      args: [bytes],
    });
    await child.join();
    expect(child.exitCode).toBe(20);
  });

  test('is done before what it has left behind: the process ends when that has ended', async () => {
    const { memory, words } = sharedWords();
    const child = start({ runtime, target: targets.workAfterwards, args: [memory] });
    await child.join();
    expect(words[0]).toBe(1);
  });
});

describe('start()', () => {
  test('serializes what it hands over: what changes afterwards does not arrive', async () => {
    const list = ['before'];
    const child = new Process({
      target: (given: string[]) => process.exit(given[0] === 'before' ? 3 : 4),
      args: [list],
    });
    startThis(child);
    list[0] = 'after';
    await child.join();
    expect(child.exitCode).toBe(3);
  });

  test.each([
    {
      what: 'an argument that cannot be carried',
      options: { target: targets.write, args: [{ map: new WeakMap() }] },
      path: /^\$\.args\[0\]\.map$/,
    },
    { what: 'a target that cannot be carried', options: { target: targets.write.bind(null) }, path: /^\$\.target/ },
  ])('throws for $what, and starts nothing', ({ options, path }) => {
    const before = segmentFiles();
    const child = new Process(options as { target: () => void });
    const error = errorOf(() => child.start());
    expect(error).toBeInstanceOf(SerializationError);
    expect((error as SerializationError).path).toMatch(path);
    expect([child.pid, child.isAlive()]).toEqual([undefined, false]);
    expect(segmentFiles()).toEqual(before);
  });

  test('throws the second time', async () => {
    const child = start({ target: targets.nothing });
    expect(errorOf(() => child.start())).toBeInstanceOf(ProcessStartError);
    await child.join();
    expect(() => child.start()).toThrow(/started already.*new Process/);
  });

  test.each([
    { when: 'there is no such directory to run in', options: { cwd: '/no/such/directory' }, message: /directory/ },
    {
      when: 'its environment is larger than the system takes',
      options: { env: { HUGE: 'x'.repeat(5e6) } },
      message: /E2BIG/,
    },
  ])('throws if $when, and leaves nothing', ({ options, message }) => {
    const before = segmentFiles();
    const child = new Process({ target: targets.nothing, ...options });
    const error = errorOf(() => child.start());
    expect(error).toBeInstanceOf(ProcessStartError);
    expect((error as Error).message).toMatch(message);
    expect(child.isAlive()).toBe(false);
    expect(segmentFiles()).toEqual(before);
  });

  test('may be tried again after it threw', async () => {
    const value: { map?: WeakMap<object, object> } = { map: new WeakMap() };
    const child = new Process({ target: targets.write, args: [value], stdio: 'ignore' });
    expect(() => child.start()).toThrow(SerializationError);
    delete value.map;
    startThis(child);
    expect(await child.join()).toBe(true);
    expect(child.exitCode).toBe(0);
  });
});

const failures = [
  {
    when: 'its module cannot be imported there',
    options: { target: brokenTarget },
    message: /could not import .*broken-module\.mjs: cannot be imported/,
    cause: {
      name: 'RangeError',
      message: 'cannot be imported',
      code: 'E_IMPORT',
      stack: expect.stringContaining('broken-module.mjs') as string,
    },
  },
  {
    when: 'an argument cannot be received there',
    options: { target: take, args: [new Picky()] as const },
    message: /could not receive its target and arguments: .*not abroad/,
    cause: { name: 'SerializationError' },
  },
  {
    when: 'its module exits',
    options: { target: exitingTarget },
    message: /ended before its target was called: exit code 4/,
    cause: undefined,
  },
  {
    when: 'Node does not know an option',
    options: { execArgv: ['--no-such-option'] },
    message: /ended before its target was called: exit code 9/,
    cause: undefined,
  },
];

/** A thread leaves out what only a process can be told, and Node does not say which of that it knows. */
const all = runtimes.flatMap(({ runtime }) =>
  failures.filter(({ when }) => runtime === 'process' || !when.startsWith('Node')).map((row) => ({ ...row, runtime })),
);

describe.each(all)('in a $runtime, when $when,', ({ options, message, cause, runtime }) => {
  const quiet = { ...options, runtime, stdio: 'ignore' } as unknown as ProcessOptions;
  const check = (error: unknown): void => {
    expect(error).toBeInstanceOf(ProcessStartError);
    expect((error as Error).message).toMatch(message);
    if (cause === undefined) expect((error as Error).cause).toBeUndefined();
    else expect((error as Error).cause).toMatchObject(cause);
  };

  test('ready() rejects with a ProcessStartError that says so', async () => {
    check(
      await start(quiet)
        .ready()
        .catch((error: unknown) => error),
    );
  });

  test('readySync() throws it', () => {
    check(errorOf(() => start(quiet).readySync()));
  });

  test('it is process.error after join()', async () => {
    const child = start(quiet);
    await child.join();
    check(child.error);
    expect(child.exitCode).toBeGreaterThan(0);
  });
});

describe.each(runtimes)('ready() of a $runtime', ({ runtime }) => {
  test('resolves when everything has arrived, and stays so', async () => {
    const child = start({ runtime, target: targets.forever });
    await child.ready();
    await child.ready({ block: false });
    child.readySync({ timeout: 0 });
    expect(child.isAlive()).toBe(true);
    child.kill();
    await child.join();
    await child.ready();
  });

  test('throws a TimeoutError while the module is being imported; the import goes on', async () => {
    const child = start({ runtime, target: late });
    await expect(child.ready({ timeout: 20 })).rejects.toThrow(TimeoutError);
    expect(() => child.readySync({ timeout: 20 })).toThrow(TimeoutError);
    expect(child.isAlive()).toBe(true);
  });

  test('can be aborted', async () => {
    const child = start({ runtime, target: late });
    const abort = new AbortController();
    const waiting = child.ready({ signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });

  test.each(['terminate', 'kill'] as const)('rejects when the process is ended by %s() before', async (how) => {
    const child = start({ runtime, target: late });
    const waiting = child.ready();
    await expect(child.ready({ timeout: 10 })).rejects.toThrow(TimeoutError);
    child[how]();
    await expect(waiting).rejects.toThrow(/ended before its target was called: SIG(TERM|KILL)/);
    await expect(child.ready()).rejects.toThrow(ProcessStartError);
    expect(() => child.readySync()).toThrow(ProcessStartError);
  });

  test('is not reported if it is not asked for', async () => {
    const child = start({ runtime, target: brokenTarget, stdio: 'ignore' });
    await child.join();
    expect(child.exitCode).toBe(1);
  });
});

describe('a program that starts processes while it is imported', () => {
  test('ends with an error that explains the guard: every child would start another', async () => {
    const program = startChild(fixture('imports/unguarded.mjs'));
    const outcome = JSON.parse(await program.line(/^\{/)) as Record<string, unknown>;
    expect(outcome).toMatchObject({
      exitCode: 1,
      name: 'ProcessStartError',
      message: expect.stringMatching(/could not import.*unguarded\.mjs/) as string,
    });
    expect(outcome['message']).toMatch(/if \(isMainProcess\)/);
    expect(program.lines.filter((line) => line === '66666')).toHaveLength(2);
    expect(await program.exit).toEqual({ code: 0, signal: null });
  });

  test('works with the guard', async () => {
    const program = startChild(fixture('imports/guarded.mjs'));
    expect(await program.exit).toEqual({ code: 0, signal: null });
    expect(program.lines).toEqual(['main', 'called']);
  });

  test('isMainProcess is true here', () => {
    expect(isMainProcess).toBe(true);
  });
});

test('without a native part a start is an error at once, and nothing was started', async () => {
  const child = startChild(fixture('starts-without-native.mjs'), { env: { MULTIPROCESS_NATIVE: 'off' } });
  expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  expect(child.lines).toEqual(['process true 0 undefined', 'thread true 0 undefined']);
});
