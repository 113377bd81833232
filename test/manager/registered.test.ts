import { Manager } from '@multiprocess/manager';
import type { InstanceProxy } from '@multiprocess/manager';
import { RemoteError, SerializationError } from '@multiprocess/shared-memory';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Counter, CustomError, never, numbers, Registered, Thrower } from './fixtures/work.mjs';

const module = { url: new URL('./fixtures/work.mjs', import.meta.url).href };
let manager: Manager;
beforeAll(async () => {
  manager = await Manager.start();
  manager.register(module, Counter);
  manager.register(module, Counter, { name: 'ReadOnly', exposed: ['self'] });
  manager.register(module, Registered);
  manager.register(module, Thrower);
  manager.register(module, numbers);
  manager.register(module, never);
});
afterAll(() => manager.shutdown());

const counter = (n?: number): InstanceProxy<Counter> =>
  manager.create<Counter>('Counter', ...(n === undefined ? [] : [n]));

test('an object of a registered class is used through its methods, in both forms', async () => {
  const one = counter(5);
  expect([await one.add(1), one.addSync(2), one.sync.add(1)]).toEqual([6, 8, 9]);
  expect(await one.addLater(1)).toBe(10);
  expect(one.addLaterSync(1)).toBe(11);
});

test('a registered class need not be exported where registerClass has named it', async () => {
  expect(await manager.create<Registered>('Registered', 1, 2).count()).toBe(2);
});

test('a method that returns a known object returns its proxy', async () => {
  const one = counter();
  expect(await one.self()).toBe(one);
  expect(await one.same(one)).toBe(true);
});

test('a generator becomes an async iterable, run step by step', async () => {
  const seen = [];
  for await (const n of await counter().upTo(3)) seen.push(n);
  expect(seen).toEqual([0, 1, 2]);
  const made = [];
  for await (const n of manager.create('numbers', 5)) {
    made.push(n);
    if (n === 2) break;
  }
  expect(made).toEqual([0, 1, 2]);
  expect([...counter().upToSync(2).sync]).toEqual([0, 1]);
});

test('what is not exposed cannot be called', async () => {
  const one = counter();
  await expect((one as unknown as { _hidden(): Promise<unknown> })._hidden()).rejects.toThrow(
    'Counter has no method "_hidden"',
  );
  const readOnly = manager.create<Counter>('ReadOnly');
  await expect(readOnly.add(1)).rejects.toThrow('has no method "add"');
  const any = one as unknown as Record<string, () => Promise<unknown>>;
  await expect(any['missing']!()).rejects.toThrow(TypeError);
});

test('what is not registered cannot be made', async () => {
  await expect(manager.create('Nothing')['anything']!()).rejects.toThrow('Nothing is registered as "Nothing"');
  await expect(manager.create('list')['length']!()).rejects.toThrow('Nothing is registered');
});

test('a constructor that throws is told by each call', async () => {
  const broken = counter(-1);
  await expect(broken.add(1)).rejects.toThrow('a counter does not begin below zero');
  expect(() => broken.addSync(1)).toThrow(RangeError);
});

test('an error arrives with its class, and with the stack of the server as its cause', async () => {
  const failed = await counter()
    .fails()
    .catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(TypeError);
  const { cause, stack } = failed as Error;
  expect(stack).toContain('registered.test');
  expect(cause).toBeInstanceOf(RemoteError);
  expect((cause as RemoteError).remoteName).toBe('TypeError');
  expect((cause as RemoteError).stack).toContain('Counter.fails');
  const custom = await manager
    .create<Thrower>('Thrower')
    .boom()
    .catch((error: unknown) => error);
  expect(custom).toBeInstanceOf(CustomError);
  expect((custom as CustomError).extra).toBe(7);
});

test('the cause that an error had there is the cause of the cause', async () => {
  const dict = manager.dict<string, number>({ a: 1 });
  const failed: unknown = await dict.update('a', never as never).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(RangeError);
  expect((((failed as Error).cause as Error).cause as Error).message).toBe('deeper');
});

test('a result that cannot be carried is an error of its call alone', async () => {
  const one = counter(3);
  await expect(one.functionResult()).rejects.toBeInstanceOf(Error);
  expect(await one.add(0)).toBe(3);
});

test('awaiting a proxy, or writing it as JSON, calls no method', async () => {
  const one = counter(3);
  expect(await Promise.resolve(one)).toBe(one);
  expect(JSON.stringify([one, one.sync, manager.list()])).toMatch(/^\[.*InstanceProxy.*ListProxy.*\]$/);
});

test('an error that cannot be looked at is an error of its call alone', async () => {
  const one = counter(3);
  await expect(one.throwHostile('nothing')).rejects.toBeInstanceOf(RemoteError);
  await expect(one.throwHostile('message')).rejects.toBeInstanceOf(RemoteError);
  expect(await one.add(0)).toBe(3);
});

test('what is no class or function, or has no name, is refused', () => {
  expect(() => manager.register(module, {} as never)).toThrow(TypeError);
  expect(() => manager.register(module, () => undefined)).toThrow('with a name');
  expect(() => manager.register({} as never, Counter)).toThrow('import.meta');
  expect(() => manager.register(module, Counter, { name: 5 as never })).toThrow('name must be a string');
  expect(() => manager.register(module, Counter, { exposed: 'add' as never })).toThrow(/exposed must be .* 'add'/);
});

test('a class that its module does not export says so', async () => {
  class Local {
    hello(): number {
      return 1;
    }
  }
  manager.register(module, Local);
  await expect(manager.create<Local>('Local').hello()).rejects.toThrow('does not export Local');
  expect(SerializationError).toBeDefined();
});
