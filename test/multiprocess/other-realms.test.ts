import { createContext, runInContext } from 'node:vm';
import {
  Barrier,
  checkOutput,
  Client,
  currentProcess,
  deserialize,
  Listener,
  Lock,
  Manager,
  Pipe,
  Pool,
  Popen,
  Process,
  Queue,
  run,
  serialize,
  ShareableList,
  SharedArray,
  waitReady,
  WorkerDiedError,
} from 'multiprocess';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

// What a realm of its own makes has other classes than what is made here: a context of node:vm, a test of Jest.
const context = createContext({ console });

function foreign<T>(source: string): T {
  return runInContext(`(${source})`, context) as T;
}

/** As jsdom's and polyfills' are: nothing of Node's, and no reason. */
function foreignSignal(): AbortSignal & { abort(): void } {
  return foreign(`{
    aborted: false,
    listeners: new Set(),
    addEventListener(type, listener) { this.listeners.add(listener); },
    removeEventListener(type, listener) { this.listeners.delete(listener); },
    abort() { this.aborted = true; for (const listener of [...this.listeners]) listener({ type: 'abort' }); },
  }`);
}

const VALUES = [
  { what: 'a plain object', source: "{ a: 1, b: { c: [2, 'x'] } }", here: { a: 1, b: { c: [2, 'x'] } } },
  { what: 'an array', source: '[1, [2], { three: 3 }]', here: [1, [2], { three: 3 }] },
  { what: 'a Map', source: 'new Map([[1, { a: 1 }]])', here: new Map([[1, { a: 1 }]]) },
  { what: 'a Set', source: "new Set(['a', 1])", here: new Set(['a', 1]) },
  { what: 'a Date', source: 'new Date(5)', here: new Date(5) },
  { what: 'a RegExp', source: '/a.c/gi', here: /a.c/gi },
  { what: 'a Uint8Array', source: 'new Uint8Array([1, 2, 3])', here: new Uint8Array([1, 2, 3]) },
  { what: 'a Float64Array', source: 'new Float64Array([1.5])', here: new Float64Array([1.5]) },
  { what: 'an ArrayBuffer', source: 'new Uint8Array([1, 2]).buffer', here: new Uint8Array([1, 2]).buffer },
  { what: 'a boxed number', source: 'new Number(3)', here: new Number(3) },
  { what: 'an Error', source: "Object.assign(new RangeError('far'), { code: 'E_FAR' })", here: new RangeError('far') },
  {
    what: 'an AggregateError',
    source: "new AggregateError([new Error('in')], 'all')",
    here: new AggregateError([], 'all'),
  },
] as const;

/** JSON has no types of its own for these. */
const NOT_IN_JSON = ['a RegExp', 'a Float64Array', 'an ArrayBuffer', 'a boxed number', 'an AggregateError'];

function expectSame(arrived: unknown, here: unknown): void {
  expect(Object.getPrototypeOf(arrived)).toBe(Object.getPrototypeOf(here));
  if (here instanceof Error) expect((arrived as Error).message).toBe(here.message);
  else expect(arrived).toEqual(here);
}

describe('a value of another realm arrives as what it is', () => {
  test.each(VALUES)('$what: by serialize()', ({ source, here }) => {
    expectSame(deserialize(serialize(foreign(source))), here);
    expectSame((deserialize(serialize([foreign(source)])) as unknown[])[0], here);
  });

  test.each(VALUES)('$what: through a queue', ({ source, here }) => {
    const queue = new Queue();
    queue.putSync(foreign(source));
    queue.putManySync(foreign(`[${source}]`));
    expectSame(queue.getSync(), here);
    expectSame(queue.getSync(), here);
    queue.close();
  });

  test.each(VALUES)('$what: through a pipe', ({ source, here }) => {
    const [one, other] = Pipe.duplex();
    one.sendSync(foreign(source));
    expectSame(other.recvSync(), here);
    one.close();
    other.close();
  });

  describe.each(['msgpack', 'json'] as const)('with a manager, as %s', (serializer) => {
    let manager: Manager;
    beforeAll(async () => {
      manager = await Manager.start({ serializer });
    });
    afterAll(async () => {
      await manager.shutdown();
    });

    test.each(VALUES.filter(({ what }) => serializer === 'msgpack' || !NOT_IN_JSON.includes(what)))(
      '$what',
      async ({ source, here }) => {
        const dict = manager.dict();
        await dict.set('key', foreign(source));
        expectSame(await dict.get('key'), here);
      },
    );
  });

  test.each(VALUES)('$what: as an argument of a task, and as its result', async ({ source, here }) => {
    const pool = new Pool({ processes: 1, runtime: 'thread' });
    onTestFinished(() => pool.terminate());
    expectSame(await pool.apply((value: unknown) => value, [foreign(source)]), here);
  });

  test('an error that a function of another realm throws keeps its class and code', () => {
    const thrown = foreign<() => Error>("() => { try { null.x } catch (error) { error.code = 'E'; return error; } }")();
    expect(deserialize(serialize(thrown))).toMatchObject({ name: 'TypeError', code: 'E' });
    expect(deserialize(serialize(thrown))).toBeInstanceOf(TypeError);
  });

  test('a URL of another implementation is a URL', () => {
    const url = foreign<object>(
      "{ href: 'https://a.b/', protocol: 'https:', get [Symbol.toStringTag]() { return 'URL'; } }",
    );
    class URLs {}
    Object.setPrototypeOf(url, URLs.prototype);
    expect(deserialize(serialize(url))).toEqual(new URL('https://a.b/'));
  });
});

describe('bytes of another realm are taken', () => {
  const bytes = (): Uint8Array => foreign('new Uint8Array([104, 105])');

  test.each([
    {
      by: 'deserialize()',
      take: () =>
        deserialize(foreign<(from: Uint8Array) => Uint8Array>('(from) => new Uint8Array(from)')(serialize(5))),
      result: 5,
    },
    {
      by: 'sendBytes() of a pipe',
      take: () => {
        const [one, other] = Pipe.duplex();
        one.sendBytesSync(bytes());
        one.sendBytesSync(foreign<ArrayBuffer>('new Uint8Array([104]).buffer'));
        one.sendBytesSync(foreign<SharedArrayBuffer>('new SharedArrayBuffer(1)'));
        const into = foreign<Uint8Array>('new Uint8Array(2)');
        other.recvBytesIntoSync(into);
        return [...into, ...other.recvBytesSync(), ...other.recvBytesSync()];
      },
      result: [104, 105, 104, 0],
    },
    {
      by: 'a ShareableList',
      take: () => Buffer.from(new ShareableList([bytes()]).at(0) as Uint8Array).toString(),
      result: 'hi',
    },
    {
      by: 'indexOf() of a ShareableList',
      take: () => new ShareableList([bytes()]).indexOf(bytes()),
      result: 0,
    },
    {
      by: 'authkey of a process',
      take: () => {
        const child = new Process({ target: () => undefined });
        child.authkey = bytes();
        return child.authkey.length;
      },
      result: 2,
    },
    {
      by: 'authkey of this process',
      take: () => {
        const { authkey } = currentProcess();
        currentProcess().authkey = bytes();
        const { length } = currentProcess().authkey;
        currentProcess().authkey = authkey;
        return length;
      },
      result: 2,
    },
    {
      by: 'input of run()',
      take: async () => (await run(['cat'], { input: bytes(), captureOutput: true })).stdout.toString(),
      result: 'hi',
    },
    {
      by: 'communicate() of Popen',
      take: async () => {
        const { stdout } = await new Popen(['cat'], { stdin: -1, stdout: -1 }).communicate(bytes());
        return String(stdout);
      },
      result: 'hi',
    },
    {
      by: 'a Listener and its Client, as key and message',
      take: async () => {
        await using listener = new Listener({ authkey: bytes() });
        await listener.listening;
        const accepted = listener.accept();
        const client = await Client.connect({ address: listener.address, authkey: bytes() });
        await client.sendBytes(bytes());
        const connection = await accepted;
        const message = Buffer.from(await connection.recvBytes()).toString();
        client.close();
        connection.close();
        return message;
      },
      result: 'hi',
    },
  ])('by $by', async ({ take, result }) => {
    expect(await take()).toEqual(result);
  });
});

describe('a signal of another implementation ends a wait', () => {
  const end = async (wait: (signal: AbortSignal) => Promise<unknown>): Promise<unknown> => {
    const signal = foreignSignal();
    const ended = wait(signal).then(
      () => 'not aborted',
      (error: unknown) => error,
    );
    signal.abort();
    return ended;
  };

  test.each([
    { of: 'a queue', wait: (signal: AbortSignal) => new Queue().get({ signal }) },
    { of: 'a pipe', wait: (signal: AbortSignal) => Pipe.duplex()[0].recv({ signal }) },
    { of: 'waitReady()', wait: (signal: AbortSignal) => waitReady([Pipe.duplex()[0]], { signal }) },
    {
      of: 'a lock',
      wait: async (signal: AbortSignal) => {
        const lock = new Lock();
        lock.acquireSync();
        await lock.acquire({ signal });
      },
    },
    { of: 'a barrier', wait: (signal: AbortSignal) => new Barrier({ parties: 2 }).wait({ signal }) },
    {
      of: 'a process',
      wait: async (signal: AbortSignal) => {
        const child = new Process({ target: () => setInterval(() => undefined, 1000) });
        child.start();
        try {
          await child.join({ signal });
        } finally {
          child.kill();
          await child.join();
        }
      },
    },
    {
      of: 'a task of a pool',
      wait: async (signal: AbortSignal) => {
        const pool = new Pool({ processes: 1, runtime: 'thread' });
        try {
          await pool.apply(() => new Promise(() => undefined), [], { signal });
        } finally {
          pool.terminate();
        }
      },
    },
    { of: 'a program', wait: (signal: AbortSignal) => checkOutput(['sleep', '1000'], { signal }) },
  ])('of $of', async ({ wait }) => {
    const error = (await end(wait)) as Error;
    expect(error).not.toBe('not aborted');
    expect(error).not.toBeInstanceOf(WorkerDiedError);
    expect(error.name).toBe('AbortError');
  });

  test('that was aborted before is noticed at once', async () => {
    const signal = foreignSignal();
    signal.abort();
    await expect(new Queue().get({ signal })).rejects.toMatchObject({ name: 'AbortError' });
    await expect(run(['true'], { signal })).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('and what is none is refused', async () => {
    await expect(new Queue().get({ signal: foreign('{ aborted: false }') })).rejects.toThrow('must be an AbortSignal');
  });
});

describe('functions, options and lists of another realm are taken', () => {
  test('a promise of a function that a lock runs is awaited', async () => {
    const lock = new Lock();
    const fn = foreign<(lock: Lock) => () => Promise<boolean>>(
      '(lock) => async () => { await null; return lock.locked; }',
    );
    expect(await lock.run(fn(lock))).toBe(true);
    expect(() => lock.runSync(fn(lock))).toThrow('is async');
  });

  test.each([
    { what: 'options', take: () => new Queue(foreign('{ maxsize: 3 }')).maxsize, result: 3 },
    { what: 'items', take: () => new ShareableList(foreign<number[]>('[1, 2]')).length, result: 2 },
    { what: 'numbers', take: () => new SharedArray('f64', foreign<number[]>('[1, 2]')).length, result: 2 },
    {
      what: 'arguments of a program, and its environment',
      take: async () => {
        const env = foreign<NodeJS.ProcessEnv>("{ A: 'b', PATH: '/usr/bin:/bin' }");
        return String(await checkOutput(foreign<string[]>("['sh', '-c', 'echo $A']"), { env })).trim();
      },
      result: 'b',
    },
    {
      what: 'inputs of a map, as an array and a typed array',
      take: async () => {
        const pool = new Pool({ processes: 1, runtime: 'thread' });
        const numbers = await pool.map((n: number) => 2 * n, foreign<number[]>('[1, 2]'));
        const typed = await pool.map((n: number) => 2 * n, foreign<Int32Array>('new Int32Array([3])'));
        pool.terminate();
        return [...numbers, ...typed];
      },
      result: [2, 4, 6],
    },
    {
      what: 'a working directory',
      take: async () => {
        const cwd = foreign<URL>(
          "{ href: 'file:///', protocol: 'file:', hostname: '', pathname: '/', get [Symbol.toStringTag]() { return 'URL'; } }",
        );
        const child = new Process({ target: () => process.exit(process.cwd() === '/' ? 3 : 4), cwd });
        child.start();
        await child.join();
        return child.exitCode;
      },
      result: 3,
    },
  ])('$what', async ({ take, result }) => {
    expect(await take()).toEqual(result);
  });
});
