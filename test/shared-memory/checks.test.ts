import {
  checkArray,
  checkBoolean,
  checkFunction,
  checkInteger,
  checkMode,
  checkNumber,
  checkOneOf,
  checkString,
  received,
} from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';

const revoked = Proxy.revocable({}, {});
revoked.revoke();

const hostile = {
  get [Symbol.toStringTag](): string {
    throw new Error('a getter was called');
  },
  toString(): string {
    throw new Error('toString was called');
  },
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    throw new Error('a custom inspection was called');
  },
};

/** Values of every type that an argument may have, with what an error message shows of them. */
const VALUES: readonly (readonly [what: string, value: unknown, shown: string | RegExp])[] = [
  ['undefined', undefined, 'undefined'],
  ['null', null, 'null'],
  ['a boolean', true, 'true (boolean)'],
  ['a number', -7.5, '-7.5 (number)'],
  ['NaN', NaN, 'NaN (number)'],
  ['minus zero', -0, '-0 (number)'],
  ['a bigint', 5n, '5n (bigint)'],
  ['a string', '5', "'5' (string)"],
  ['a long string', 'x'.repeat(1000), /^'x{60}'\.\.\. 940 more characters \(string\)$/],
  ['a symbol', Symbol('s'), 'Symbol(s) (symbol)'],
  ['a function', function add() {}, '[Function: add] (function)'],
  ['a class', class Shape {}, '[class Shape] (function)'],
  ['an array', [1, [2]], '[ 1, [Array] ] (object)'],
  ['a Map', new Map([[1, 2]]), 'Map(1) { 1 => 2 } (object)'],
  ['an object without prototype', Object.create(null), '[Object: null prototype] {} (object)'],
  ['an object that throws when it is looked at', hostile, / \(object\)$/],
  ['a revoked proxy', revoked.proxy, / \(object\)$/],
  ['a boxed number', new Number(3), '[Number: 3] (object)'],
];

test.each(VALUES)('received() shows %s and its type', (_what, value, shown) => {
  if (typeof shown === 'string') expect(received(value)).toBe(shown);
  else expect(received(value)).toMatch(shown);
});

const CHECKS: readonly {
  readonly name: string;
  readonly check: (value: unknown) => unknown;
  readonly right: readonly unknown[];
  readonly wrongSizes: readonly unknown[];
  readonly wanted: string;
}[] = [
  {
    name: 'checkInteger()',
    check: (value) => checkInteger('maxsize', value, { unit: 'items' }),
    right: [0, 1, Number.MAX_SAFE_INTEGER],
    wrongSizes: [-1, 1.5, NaN, Infinity, 2 ** 53],
    wanted: 'maxsize must be a whole number of items from 0 on',
  },
  {
    name: 'checkInteger() with limits',
    check: (value) => checkInteger('parties', value, { min: 1, max: 8 }),
    right: [1, 8],
    wrongSizes: [0, 9, 1.5, NaN, -Infinity],
    wanted: 'parties must be a whole number from 1 to 8',
  },
  {
    name: 'checkMode()',
    check: (value) => checkMode('umask', value, 0o777),
    right: [0, 0o777],
    wrongSizes: [-1, 0o1000, 1.5, NaN],
    wanted: 'umask must be a whole number from 0o0 to 0o777',
  },
  {
    name: 'checkNumber()',
    check: (value) => checkNumber('grace', value, { unit: 'milliseconds' }),
    right: [0, 0.5, Infinity],
    wrongSizes: [-1, NaN, -Infinity],
    wanted: 'grace must be a number of milliseconds from 0 on',
  },
  {
    name: 'checkBoolean()',
    check: (value) => checkBoolean('daemon', value),
    right: [true, false],
    wrongSizes: [],
    wanted: 'daemon must be true or false',
  },
  {
    name: 'checkString()',
    check: (value) => checkString('name', value),
    right: ['', 'a'],
    wrongSizes: [],
    wanted: 'name must be a string',
  },
  {
    name: 'checkFunction()',
    check: (value) => checkFunction('target', value, 'a function or a task'),
    right: [() => 1, class {}],
    wrongSizes: [],
    wanted: 'target must be a function or a task',
  },
  {
    name: 'checkArray()',
    check: (value) => checkArray('args', value),
    right: [[], [1]],
    wrongSizes: [],
    wanted: 'args must be an array',
  },
  {
    name: 'checkOneOf()',
    check: (value) => checkOneOf('context', value, ['process', 'thread']),
    right: ['process', 'thread'],
    wrongSizes: [],
    wanted: "context must be 'process' or 'thread'",
  },
];

describe.each(CHECKS)('$name', ({ check, right, wrongSizes, wanted }) => {
  test('returns what is right', () => {
    for (const value of right) expect(check(value)).toBe(value);
  });

  test('refuses each wrong type by a TypeError that shows it', () => {
    for (const [what, value] of VALUES) {
      if (what === 'a revoked proxy') continue; // Array.isArray() itself throws a TypeError
      if (right.some((one) => typeof one === typeof value && Array.isArray(one) === Array.isArray(value))) continue;
      expect(() => check(value)).toThrow(new TypeError(`${wanted}, received ${received(value)}`));
    }
  });

  test('refuses each wrong size by a RangeError that shows it', () => {
    for (const value of wrongSizes) {
      expect(() => check(value)).toThrow(new RangeError(`${wanted}, received ${received(value)}`));
    }
  });
});
