import { describe, expect, expectTypeOf, test } from 'vitest';
import { deserialize, isTask, resolveTask, serialize, task, taskOf } from '@multiprocess/serialization';
import type { TaskReference } from '@multiprocess/serialization';
import { fixtureUrl, inAnotherProcess } from '../in-another-process.js';
import { roundTrip } from '../round-trip.js';

const double = task(import.meta, function double(n: number): number {
  return n * 2;
});

describe('task(import.meta, function name() {})', () => {
  test('is the function itself, of its own type', () => {
    expect(double(4)).toBe(8);
    expectTypeOf(double).toEqualTypeOf<(n: number) => number>();
  });

  test('knows where it can be found', async () => {
    expect(isTask(double)).toBe(true);
    expect(taskOf(double)).toEqual({ module: import.meta.url, name: 'double' });
    expect(await resolveTask(taskOf(double))).toBe(double);
  });

  test('is the same function on arrival where its module has been imported', () => {
    expect(roundTrip({ double }).double).toBe(double);
  });

  test('takes module instead of import.meta in CommonJS', () => {
    const inCommonJs = task({ filename: '/some/where.cjs' }, function inCommonJs() {});
    expect(taskOf(inCommonJs)).toEqual({ module: 'file:///some/where.cjs', name: 'inCommonJs' });
  });

  test('takes a name, which a minifier leaves alone', async () => {
    const named = task(import.meta, 'named', (n: number) => n + 1);
    expect(taskOf(named)).toEqual({ module: import.meta.url, name: 'named' });
    expect(await resolveTask(taskOf(named))).toBe(named);
    expect(roundTrip(named)).toBe(named);
    expect(named(1)).toBe(2);
  });

  test('may be evaluated again, as test runners do', () => {
    const again = () => task(import.meta, function again() {});
    again();
    expect(again).not.toThrow();
  });

  test.each<[string, () => unknown, RegExp]>([
    ['no module', () => task(undefined as never, function f() {}), /received undefined/],
    ['no function', () => task(import.meta, 5 as never), /received 5/],
    ['a class', () => task(import.meta, class A {} as never), /received \[class A\]/],
    [
      'a function without a name',
      () =>
        task(
          import.meta,
          (
            () => () =>
              1
          )(),
        ),
      /^fn must be a function with a name/,
    ],
    [
      'a function that a minifier has left without a name',
      () =>
        task(
          import.meta,
          Object.defineProperty(() => 1, 'name', { value: '' }),
        ),
      /If a minifier has taken the name away, give it: task\(import\.meta, 'double', fn\)/,
    ],
    ['an empty name', () => task(import.meta, '', () => 1), /^name must be a name/],
    ['a name that is none', () => task(import.meta, 5 as never, () => 1), /^name must be a name.*received 5/],
    ['a name without a function', () => task(import.meta, 'lonely', undefined as never), /^fn must be a function/],
    [
      'a name that another task of the module has',
      () => task(import.meta, function double() {}),
      /a task called double already/,
    ],
    ['a task of another module', () => task({ url: 'file:///other.js' }, double), /already/],
  ])('throws a TypeError for %s', (_, misuse, message) => {
    expect(misuse).toThrow(TypeError);
    expect(misuse).toThrow(message);
  });

  test('taskOf() throws a TypeError for what is no task', () => {
    expect(() => taskOf(() => 1)).toThrow(TypeError);
  });
});

describe('a task of a module that has not been imported', () => {
  const reference = (name: string): TaskReference => ({ module: fixtureUrl('tasks.mjs'), name });

  test('is imported by resolveTask()', async () => {
    const square = (await resolveTask(reference('square'))) as (n: number) => number;
    expect(square(5)).toBe(25);
  });

  test('that has no such task is an error that names both', async () => {
    await expect(resolveTask(reference('missing'))).rejects.toMatchObject({
      code: 'ERR_MULTIPROCESS_SERIALIZATION',
      message: expect.stringMatching(/tasks\.mjs has no task called missing/) as unknown,
    });
  });

  test('that cannot be imported is an error with that error as its cause', async () => {
    await expect(resolveTask({ module: fixtureUrl('nowhere.mjs'), name: 'f' })).rejects.toMatchObject({
      code: 'ERR_MULTIPROCESS_SERIALIZATION',
      cause: { code: 'ERR_MODULE_NOT_FOUND' },
    });
  });

  test('arrives callable in another process, and can be sent on', async () => {
    const { square } = (await import(fixtureUrl('tasks.mjs'))) as { square: (n: number) => number };
    const program = `(fn) => [fn(6), fn.name, isTask(fn), deserialize(serialize(fn)) === (await resolveTask(taskOf(fn)))]`;
    expect(inAnotherProcess(serialize(square), program)).toEqual([36, 'square', true, true]);
  });

  test('with top-level await is found by resolveTask(), and says so when it is called', async () => {
    const { slow } = (await import(fixtureUrl('top-level-await.mjs'))) as { slow: () => string };
    const program = `async (fn) => [
      (() => { try { return fn(); } catch (error) { return error.code; } })(),
      (await resolveTask(taskOf(fn)))(),
    ]`;
    expect(inAnotherProcess(serialize(slow), program)).toEqual(['ERR_MULTIPROCESS_SERIALIZATION', 'done']);
  });
});

test('deserialize() runs no module for a task: only a call does', () => {
  const message = serialize(task({ url: fixtureUrl('explodes.mjs') }, function boom() {}));
  expect(inAnotherProcess(message, `(fn) => typeof fn`)).toBe('function');
  expect(deserialize(message)).toBeTypeOf('function');
});
