import * as bullmq from '@multiprocess/bullmq';
import * as redis from '@multiprocess/redis';
import * as multiprocess from 'multiprocess';
import { expect, test } from 'vitest';

type AnyClass = new (...args: unknown[]) => object;

const classes = Object.entries({ ...multiprocess, ...redis, ...bullmq } as Record<string, unknown>)
  .filter((entry): entry is [string, AnyClass] => /^[A-Z]/.test(entry[0]) && typeof entry[1] === 'function')
  .filter(([, one]) => !(one.prototype instanceof Error) && one.prototype !== undefined);

/** What is made by a method of something else, and what its error advises. */
const ADVICE: readonly [names: RegExp, advice: RegExp][] = [
  [/Proxy$/, /^A proxy is not made by new: ask a Manager for one, as by manager\.dict\(\)/],
  [/^Manager$/, /^A manager is not made by new: use await Manager\.start\(\)/],
  [/^AsyncResult$/, /^An AsyncResult is not made by new: pool\.applyAsync\(\)/],
  [/^DistributedResult$/, /^A DistributedResult is not made by new: applyAsync\(\)/],
  [/^Connection$/, /^A Connection is not made by new: use Pipe\.duplex\(\)/],
  [/^SocketConnection$/, /^A SocketConnection is not made by new: use await Client\.connect\(\)/],
  [/Guard$/, /^A guard is not made by new: use await lock\.hold\(\)/i],
  [/^PipedCommand$/, /^A PipedCommand is not made by new: use popen\('command'\)/],
  [/^SharedBuffer$/, /^A SharedBuffer is not made by new: use await pool\.loan\(\)/],
  [/^RedisStore$/, /^A RedisStore is not made by new: use await connect\(/],
  [/^Redis/, /^An object on Redis is not made by new: ask a store for it/],
];

const NOTHING: readonly (readonly unknown[])[] = [[], [undefined], [null], [{}], ['x'], [5]];
const advised = classes.flatMap(([name, one]) => {
  const advice = ADVICE.find(([names]) => names.test(name))?.[1];
  return advice === undefined ? [] : NOTHING.map((args) => ({ name, one, args, advice }));
});

test.each(advised)('new $name(...$args) tells how one is made', ({ one, args, advice }) => {
  expect(() => new one(...args)).toThrow(TypeError);
  expect(() => new one(...args)).toThrow(advice);
});

const others = classes.filter(([name]) => !ADVICE.some(([names]) => names.test(name)));

test.each(others)('new %s() makes one, or its error names what is missing', (_name, One) => {
  let made: object;
  try {
    made = new One();
  } catch (error) {
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toMatch(/ must be .+received undefined$/);
    return;
  }
  if (made instanceof multiprocess.Pool) made.terminate();
});
