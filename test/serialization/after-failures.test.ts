import { MultiprocessError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { decode, deserialize, serialize } from '@multiprocess/serialization';

/** The stack is fixed, so that the message, and with it what the damage below hits, does not depend on this file's path. */
const error = Object.assign(new RangeError('r', { cause: new Date(0) }), { stack: 'RangeError: r' });
const good: unknown = {
  list: [1, -0, 'text', undefined, [undefined, 5n]],
  map: new Map<unknown, unknown>([
    ['key', new Set([1])],
    [{ a: 1 }, new Float64Array([0.5])],
  ]),
  error,
};

const refused = [
  { a: [Symbol('s')] },
  new Map([[1, new WeakSet()]]),
  [
    {
      get x() {
        throw new Error('no');
      },
    },
  ],
  { bytes: new Uint8Array(9), f: Math.max },
  Object.assign([1, 2], { x: Promise.resolve() }),
  'x'
    .repeat(20_000)
    .split('')
    .concat([Symbol('end') as never]),
];

/** The same numbers every time, evenly spread. */
function* numbers(): Generator<number, never> {
  for (let state = 12_345; ;) {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    yield state;
  }
}

describe('whatever has failed before, a message is whole', () => {
  test('after each of 10,000 that were refused or damaged', () => {
    const message = serialize(good);
    const random = numbers();
    let failures = 0;
    for (let i = 0; i < 10_000; i++) {
      if (i % 2 === 0) {
        if (fails(() => serialize(refused[random.next().value % (i % 100 === 0 ? 6 : 5)]))) failures++;
      } else {
        const damaged = message.slice(0, 1 + (random.next().value % (message.length - 1)));
        damaged[random.next().value % damaged.length]! ^= 1 + (random.next().value % 255);
        if (fails(() => decode(damaged, { owned: i % 4 === 1 }))) failures++;
      }
      if (Buffer.compare(serialize(good), message) !== 0) expect.unreachable(`the message after failure ${i} differs`);
      if (i % 20 === 0) expect(deserialize(message)).toEqual(good);
    }
    expect(failures).toBe(10_000);
  });

  test('after the stack has ended in the middle of many', () => {
    const values = Array.from({ length: 8_000 }, (_, i) => ({ [`k${i.toString(36)}${'z'.repeat(i % 5)}`]: i }));
    const messages = values.map((value) => serialize(value));
    let next = 0;
    const atTheEndOfTheStack = (until: number): void => {
      try {
        atTheEndOfTheStack(until);
      } catch {
        // Here, further and further away from the end of the stack.
      }
      if (next < until && next < messages.length) attempt(messages[next++]!);
    };
    while (next < messages.length) atTheEndOfTheStack(next + 40);
    for (const [i, message] of messages.entries()) {
      expect(serialize(values[i])).toEqual(message);
      expect(deserialize(message)).toEqual(values[i]);
    }
  });
});

/** Whether it throws an error of this toolkit; any other is thrown on. */
function fails(action: () => unknown): boolean {
  try {
    action();
    return false;
  } catch (error) {
    if (error instanceof MultiprocessError) return true;
    throw error;
  }
}

function attempt(message: Uint8Array): void {
  try {
    serialize(decode(message, { owned: false }));
  } catch {
    // There was no stack for it.
  }
}
