import { SerializationError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { MAX_DEPTH, serialize } from '@multiprocess/serialization';

class Plain {
  readonly x = 1;
}

async function* stream() {}

function refusalOf(value: unknown): SerializationError {
  try {
    serialize(value);
  } catch (error) {
    if (error instanceof SerializationError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('what cannot be carried is refused, with the path to it', () => {
  test.each<[string, unknown, string, RegExp]>([
    [
      'a native function in an array of objects',
      { items: [1, 2, 3, { onClick: Math.max }] },
      '$.items[3].onClick',
      /a native or bound function, which has no source to send: call it in a task/,
    ],
    ['a bound function', [refusalOf.bind(null)], '$[0]', /bound function/],
    [
      'a function that needs its class around it',
      {
        f: Object.getOwnPropertyDescriptor(
          {
            get x() {
              return 1;
            },
          },
          'x',
        )?.get,
      },
      '$.f',
      /cannot stand alone/,
    ],
    [
      'a class that is not registered',
      { 'a-b': Plain },
      '$["a-b"]',
      /the class Plain, which is not registered: use registerClass/,
    ],
    [
      'an instance of a class that is not registered',
      [[new Plain()]],
      '$[0][0]',
      /an instance of Plain, which is not registered/,
    ],
    ['an instance of a subclass of Map', new (class Cache extends Map {})(), '$', /an instance of Cache/],
    ['a symbol', { s: Symbol('s') }, '$.s', /a symbol, which .* send a string/],
    ['a boxed symbol', Object(Symbol('s')), '$', /a symbol/],
    ['a promise', { p: Promise.resolve() }, '$.p', /await it first/],
    ['a generator', stream(), '$', /generator/],
    ['a WeakMap', new WeakMap(), '$', /WeakMap/],
    ['a value of a Map', new Map([['k', Symbol()]]), '$.get("k")', /a symbol/],
    [
      'a key of a Map',
      new Map<unknown, number>([
        [{}, 1],
        [Symbol(), 2],
      ]),
      '$.keys()[1]',
      /a symbol/,
    ],
    ['a member of a Set', new Set([1, Symbol()]), '$.values()[1]', /a symbol/],
    [
      'a SharedArrayBuffer',
      { memory: new SharedArrayBuffer(8) },
      '$.memory',
      /no other process can see. Use a SharedMemory/,
    ],
    ['a view of a SharedArrayBuffer', new Int32Array(new SharedArrayBuffer(8)), '$', /SharedArrayBuffer/],
  ])('%s', (_, value, path, reason) => {
    const error = refusalOf(value);
    expect(error.path).toBe(path);
    expect(error.code).toBe('ERR_MULTIPROCESS_SERIALIZATION');
    expect(error.message).toMatch(reason);
    expect(error.message.startsWith(`${path}: `)).toBe(true);
  });

  test('deep down, with a stack that leads to the caller all the same', () => {
    const value = [[[[[[[[[[[[{ culprit: Symbol('x') }]]]]]]]]]]]];
    expect(refusalOf(value).stack).toMatch(/at refusalOf/);
  });

  test('a detached buffer', () => {
    const buffer = new ArrayBuffer(8);
    structuredClone(buffer, { transfer: [buffer] });
    expect(refusalOf({ buffer }).path).toBe('$.buffer');
  });

  test('a getter that throws; `cause` is what it threw', () => {
    const thrown = new RangeError('no');
    const error = refusalOf({
      a: {
        get b() {
          throw thrown;
        },
      },
    });
    expect(error).toMatchObject({ path: '$.a.b', cause: thrown, message: '$.a.b: reading it failed: no' });
  });

  test('a proxy whose traps throw', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys: () => {
          throw new Error('trap');
        },
      },
    );
    expect(refusalOf([hostile])).toMatchObject({ path: '$[0]', message: expect.stringContaining('trap') as unknown });
  });

  test(`nesting deeper than ${MAX_DEPTH} levels, whose path is shortened`, () => {
    let value: unknown = 1;
    for (let i = 0; i < MAX_DEPTH; i++) value = [value];
    expect(() => serialize(value)).not.toThrow();
    const error = refusalOf([value]);
    expect(error.message).toMatch(/nested more than 1000 levels deep/);
    expect(error.message.length).toBeLessThan(200);
  });

  test('nesting that the stack is too short for', () => {
    let value: unknown = 1;
    for (let i = 0; i < MAX_DEPTH; i++) value = new Map([[1, value]]);
    const attempts: unknown[] = [];
    const atTheEndOfTheStack = (): void => {
      try {
        atTheEndOfTheStack();
      } catch {
        // Here, further and further away from the end of the stack.
      }
      if (attempts.length < 500) attempts.push(attemptToSerialize(value));
    };
    atTheEndOfTheStack();
    expect(attempts.filter((error) => error !== undefined && !(error instanceof Error))).toEqual([]);
    expect(() => serialize(value)).not.toThrow();
  });
});

function attemptToSerialize(value: unknown): unknown {
  try {
    serialize(value);
    return undefined;
  } catch (error) {
    return error;
  }
}

test('a refusal leaves nothing behind: the next message is whole', () => {
  refusalOf([{}, {}, new Uint8Array(8), Symbol()]);
  expect(serialize([1])).toEqual(serialize([1]));
  expect(serialize({}).length).toBeLessThan(8);
});
