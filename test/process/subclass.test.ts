import { SerializationError } from '@multiprocess/shared-memory';
import { describe, expect, test } from 'vitest';
import { sharedWords, startThis } from './helpers.js';
import { Awaiting } from './fixtures/awaiting-class.mjs';
import * as targets from './fixtures/targets.mjs';
import { Counting, JoinsItself, Multiplier, Unregistered } from './fixtures/worker-class.mjs';

describe('a registered class with run()', () => {
  test('runs in its process with its own properties, as itself', async () => {
    const { memory, words } = sharedWords();
    const child = new Multiplier(memory, 6);
    startThis(child);
    await child.join();
    expect(child.error).toBeUndefined();
    expect([...words.subarray(0, 2)]).toEqual([42, 1]);
    expect(child.name).toBe('Multiplier');
  });

  test('may call the run() that it overrides, with target and arguments', async () => {
    const child = new Counting({ target: targets.exit as (...args: readonly unknown[]) => void, args: [9] });
    startThis(child);
    await child.join();
    expect(child.exitCode).toBe(9);
  });

  test('cannot wait for itself', async () => {
    const child = new JoinsItself({ stdio: 'ignore' });
    startThis(child);
    await child.join();
    expect(child.error).toMatchObject({ name: 'TypeError', message: 'A process cannot wait for its own end' });
  });
});

test('run() runs here when it is called here', () => {
  const { memory, words } = sharedWords();
  void new Multiplier(memory, 1).run();
  expect(words[0]).toBe(0); // it has awaited something
});

test('a class may be in a module that uses top-level await', async () => {
  const { memory, words } = sharedWords();
  const child = new Awaiting(memory);
  startThis(child);
  await child.join();
  expect([child.exitCode, words[0]]).toEqual([0, 5]);
});

test('a class that is not registered cannot be started', () => {
  const child = new Unregistered();
  expect(() => child.start()).toThrow(SerializationError);
  expect(() => child.start()).toThrow(
    /\$\.object: an instance of Unregistered, .* registerClass\(import\.meta, Unregistered\)$/,
  );
});
