import { describe, expect, test } from 'vitest';
import { serialize } from '@multiprocess/serialization';
import { startChild } from '../../helpers/children.js';
import { inAnotherProcess } from '../in-another-process.js';
import { roundTrip } from '../round-trip.js';

const captured = 1;

describe('a function whose source is self-contained travels as its source', () => {
  test.each<[string, (n: number) => unknown]>([
    [
      'a function',
      function (n) {
        return n + 1;
      },
    ],
    ['an arrow function', (n) => n + 1],
    [
      'an arrow function with a block',
      (n) => {
        return n + 1;
      },
    ],
    [
      'a method',
      {
        method(n: number) {
          return n + 1;
        },
      }.method,
    ],
    [
      'a method called like a keyword',
      {
        async(n: number) {
          return n + 1;
        },
      }.async,
    ],
    [
      'a method with a computed name',
      {
        ['a b'](n: number) {
          return n + 1;
        },
      }['a b'],
    ],
    ['a function that ends in a comment', eval('(n) => n + 1 // one more\n') as (n: number) => number],
  ])('%s', (_, fn) => {
    const arrived = roundTrip(fn);
    expect(arrived(1)).toBe(2);
    expect([arrived.name, arrived.length]).toEqual([fn.name, fn.length]);
  });

  test('asynchronous functions and generators stay what they are', async () => {
    const made = roundTrip({
      async promised(n: number) {
        return n + 1;
      },
      *counted() {
        yield 1;
      },
      async *streamed() {
        yield 2;
      },
    });
    const promise = made.promised(1);
    expect(promise).toBeInstanceOf(Promise);
    expect(await promise).toBe(2);
    expect([...made.counted()]).toEqual([1]);
    expect((await made.streamed().next()).value).toBe(2);
  });

  test('and can be sent on', () => {
    expect(roundTrip(roundTrip((n: number) => n * 3))(2)).toBe(6);
  });

  test('and keeps its identity within the message', () => {
    const fn = () => 1;
    const [a, b] = roundTrip([fn, fn]);
    expect(a).toBe(b);
  });

  test('and runs in another process, in strict mode', () => {
    const message = serialize(function (this: unknown) {
      return [this === undefined, typeof process.pid];
    });
    expect(inAnotherProcess(message, '(fn) => fn()')).toEqual([true, 'number']);
  });

  test('and runs only when it is called', () => {
    const arrived = roundTrip(() => {
      throw new RangeError('called');
    });
    expect(arrived).toThrow(new RangeError('called'));
  });
});

describe('a variable that the function captured is missing on arrival', () => {
  const advice =
    /captured.*is not defined: .* was sent as its source.*Pass .*captured as an argument, or send a task: task\(import\.meta, function/;

  test('which a call says, with its name and what to do', () => {
    const message = serialize(eval('(function total(n) { return n + captured; })'));
    expect(captured).toBe(1);
    const program = `(fn) => { try { fn(1); } catch (error) { return [error.name, error.message, error.cause.message]; } }`;
    expect(inAnotherProcess(message, program)).toEqual([
      'ReferenceError',
      expect.stringMatching(advice),
      'captured is not defined',
    ]);
  });

  test('which an asynchronous function says by rejecting', async () => {
    await expect(roundTrip(new Function('return async () => captured')() as () => Promise<number>)()).rejects.toThrow(
      advice,
    );
  });

  test('which a generator says when it gets there', () => {
    const made = roundTrip(new Function('return function* () { yield 1; yield captured; }')() as () => Generator);
    const steps = made();
    expect(steps.next().value).toBe(1);
    expect(() => steps.next()).toThrow(advice);
  });

  test('but other errors pass as they are', () => {
    const arrived = roundTrip(() => {
      throw new ReferenceError('something else');
    });
    expect(arrived).toThrow(/^something else$/);
  });
});

describe('a method arrives without its object', () => {
  test('which a call that uses this says', () => {
    const counter = {
      step: 2,
      next(n: number) {
        return n + this.step;
      },
    };
    expect(() => roundTrip(counter.next)(1)).toThrow(
      /^Cannot read properties of undefined \(reading 'step'\)\. If it is of this: next was sent as its source, without its object/,
    );
  });

  test('but an error of a function without this passes as it is', () => {
    const lengthOf = roundTrip((text?: string) => text!.length);
    expect(() => lengthOf()).toThrow(/^Cannot read properties of undefined \(reading 'length'\)$/);
  });
});

test('a function that imports can be sent in every way', async () => {
  const child = startChild(new URL('../fixtures/functions-that-import.mjs', import.meta.url));
  expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  expect(child.lines).toEqual(Array(6).fill('imported'));
});
