import { SharedMap } from '@multiprocess/map';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { times } from '../helpers/effort.js';

// The same calls of a SharedMap, by two objects that are attached to it, and of a Map. Few keys, so that calls meet.
type Key = string | number;
type Value = string | number | undefined;

interface Pair {
  readonly real: SharedMap<Key, Value>;
  readonly other: SharedMap<Key, Value>;
}
type Model = Map<Key, Value>;
type Command = fc.Command<Model, Pair>;

const key = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constantFrom('', 'a', 'ключ', 'long '.repeat(100)));
const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constant(undefined),
  fc.nat({ max: 3000 }).map((length) => 'v'.repeat(length)),
  fc.string({ maxLength: 20 }),
);

function command(name: string, run: (map: SharedMap<Key, Value>) => unknown, model: (map: Model) => unknown): Command {
  let isOther = false;
  return {
    check: () => true,
    run: (expected, { real, other }) => {
      isOther = !isOther;
      expect(run(isOther ? other : real)).toEqual(model(expected));
      expect(other.size).toBe(expected.size);
      expect(new Map(real)).toEqual(expected);
    },
    toString: () => name,
  };
}

const getOrInsert = (map: Model, at: Key, made: Value): Value => {
  if (!map.has(at)) map.set(at, made);
  return map.get(at);
};

const commands = [
  fc.tuple(key, value).map(([at, to]) =>
    command(
      `set(${at}, ${to})`,
      (map) => void map.set(at, to),
      (map) => void map.set(at, to),
    ),
  ),
  key.map((at) =>
    command(
      `get(${at})`,
      (map) => map.get(at),
      (map) => map.get(at),
    ),
  ),
  key.map((at) =>
    command(
      `has(${at})`,
      (map) => map.has(at),
      (map) => map.has(at),
    ),
  ),
  key.map((at) =>
    command(
      `delete(${at})`,
      (map) => map.delete(at),
      (map) => map.delete(at),
    ),
  ),
  fc.constant(
    command(
      'clear()',
      (map) => map.clear(),
      (map) => map.clear(),
    ),
  ),
  fc.tuple(key, value).map(([at, made]) =>
    command(
      `getOrInsert(${at}, ${made})`,
      (map) => map.getOrInsert(at, () => made),
      (map) => getOrInsert(map, at, made),
    ),
  ),
  fc.tuple(key, value, value).map(([at, expected, to]) =>
    command(
      `compareAndSet(${at}, ${expected}, ${to})`,
      (map) => map.compareAndSet(at, expected, to),
      (map) => Object.is(map.get(at), expected) && map.set(at, to) === map,
    ),
  ),
  key.map((at) =>
    command(
      `update(${at})`,
      (map) => map.update(at, (before) => `${before}`.slice(0, 50)),
      (map) => map.set(at, `${map.get(at)}`.slice(0, 50)).get(at),
    ),
  ),
];

test.each([
  ['a map', {}],
  ['a cache with room for all', { maxEntries: 64, ttl: 1_000_000 }],
  ['a map of little memory', { memory: 2 ** 17 }],
])('%s does what a Map does', (_, options) => {
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 60 }), (some) => {
      using real = new SharedMap<Key, Value>(options);
      using other = SharedMap.attach<Key, Value>(real.handle);
      fc.modelRun(() => ({ model: new Map<Key, Value>(), real: { real, other } }), some);
    }),
    { numRuns: times(150) },
  );
});
