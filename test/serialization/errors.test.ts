 
import * as toolkit from '@multiprocess/shared-memory';
import { BufferTooShortError, MultiprocessError, RemoteError, WorkerDiedError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { deserialize, registerType, serialize } from '@multiprocess/serialization';
import { roundTrip } from './round-trip.js';

class Unregistered extends TypeError {
  readonly code = 'E_CUSTOM';
  readonly first: string;
  readonly second: number;
  constructor(first: string, second: number) {
    super(`${first} ${second}`);
    this.first = first;
    this.second = second;
  }
}

class Fragile extends Error {
  static revivable = true;
  readonly detail: { n: number };
  constructor(detail: { n: number }) {
    super(`fragile ${detail.n}`);
    this.detail = detail;
  }
}
registerType({
  name: 'test.Fragile',
  class: Fragile,
  encode: (error) => error.detail,
  decode(detail) {
    if (!Fragile.revivable) throw new Error('cannot be revived');
    return new Fragile(detail);
  },
});

describe('an error arrives as it was', () => {
  test.each([Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError])('a %o', (Class) => {
    const error = new Class('what happened');
    const arrived = roundTrip(error);
    expect(arrived.constructor).toBe(Class);
    expect(Object.getPrototypeOf(arrived)).toBe(Class.prototype);
    expect(arrived.message).toBe('what happened');
    expect(arrived.stack).toBe(error.stack);
    expect(Object.keys(arrived)).toEqual([]);
  });

  test('with its cause, whatever that is, even itself', () => {
    const error = new Error('outer', { cause: new TypeError('inner', { cause: 5n }) });
    expect(roundTrip(error).cause).toBeInstanceOf(TypeError);
    expect((roundTrip(error).cause as Error).cause).toBe(5n);
    const own = new Error('own');
    own.cause = own;
    const arrived = roundTrip(own);
    expect(arrived.cause).toBe(arrived);
  });

  test('with its code and its other own properties', () => {
    const error = Object.assign(new Error('no such file'), { code: 'ENOENT', errno: -2, at: new Date(0) });
    expect(roundTrip(error)).toMatchObject({ code: 'ENOENT', errno: -2, at: new Date(0) });
  });

  test('with the errors of an AggregateError', () => {
    const arrived = roundTrip(new AggregateError([new RangeError('a'), 1], 'all'));
    expect(arrived).toBeInstanceOf(AggregateError);
    expect(arrived.errors[0]).toBeInstanceOf(RangeError);
    expect(arrived.errors[1]).toBe(1);
  });

  test('with a name of its own', () => {
    const error = new Error('x');
    error.name = 'Special';
    expect(roundTrip(error).name).toBe('Special');
  });

  test('of every class of this toolkit, with its code and fields', () => {
    const classes = Object.values<unknown>({ ...toolkit }).filter(
      (value): value is new (message: string, extra?: unknown) => MultiprocessError =>
        typeof value === 'function' && value.prototype instanceof MultiprocessError,
    );
    expect(classes.length).toBeGreaterThan(18);
    for (const Class of classes) {
      const error =
        Class === WorkerDiedError
          ? new WorkerDiedError('m', { pid: 7, exitCode: -9, signal: 'SIGKILL' })
          : new Class('m', 'x');
      const arrived = roundTrip(error);
      expect(arrived.constructor).toBe(Class);
      expect({ ...arrived }).toEqual({ ...error });
      expect(arrived.code).toBe(error.code);
      expect(arrived.name).toBe(error.name);
    }
    expect(roundTrip(new BufferTooShortError('m', new Uint8Array([1]))).bytes).toEqual(new Uint8Array([1]));
  });

  test('a DOMException', () => {
    const arrived = roundTrip(AbortSignal.abort().reason as DOMException);
    expect(arrived).toBeInstanceOf(DOMException);
    expect(arrived).toMatchObject({ name: 'AbortError', code: 20 });
  });
});

describe('an error whose class is not known', () => {
  test('arrives as a RemoteError that has its name, message, stack, code and fields', () => {
    const error = new Unregistered('a', 1);
    const arrived: unknown = roundTrip(error);
    expect(arrived).toBeInstanceOf(RemoteError);
    expect(arrived).toMatchObject({
      remoteName: 'Unregistered',
      message: 'a 1',
      code: 'E_CUSTOM',
      first: 'a',
      second: 1,
    });
    expect((arrived as Error).stack).toBe(error.stack);
  });

  test('is called by the name of its class if it has none of its own', () => {
    class Nameless extends Error {}
    expect(roundTrip(new Nameless('x'))).toMatchObject({ remoteName: 'Nameless', code: 'ERR_MULTIPROCESS_REMOTE' });
  });

  test('stays what it is when it is sent on', () => {
    expect(roundTrip(roundTrip(new Unregistered('a', 1)))).toMatchObject({ remoteName: 'Unregistered', first: 'a' });
  });
});

describe('an error always arrives', () => {
  test('without what cannot be carried of it', () => {
    const error = Object.assign(new Error('request failed', { cause: new WeakMap() }), {
      socket: new (class Socket {})(),
      status: 500,
      config: { agent: Symbol() },
    });
    const arrived = roundTrip({ before: {}, error, after: [error] });
    expect({ ...arrived.error }).toEqual({ status: 500 });
    expect(arrived.after[0]).toBe(arrived.error);
  });

  test('also if it is registered by value', () => {
    const arrived = roundTrip(new Fragile({ n: 3 }));
    expect(arrived).toBeInstanceOf(Fragile);
    expect(arrived).toMatchObject({ message: 'fragile 3', detail: { n: 3 } });
  });

  test('as a RemoteError if its decode() fails', () => {
    const message = serialize([new Fragile({ n: 3 }), 'the rest']);
    Fragile.revivable = false;
    const [error, rest] = deserialize(message) as [unknown, string];
    Fragile.revivable = true;
    expect(error).toBeInstanceOf(RemoteError);
    expect(error).toMatchObject({ message: 'fragile 3', remoteName: 'test.Fragile' });
    expect(rest).toBe('the rest');
  });
});
