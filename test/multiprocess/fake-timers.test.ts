import { Process } from '@multiprocess/process';
import { Queue } from '@multiprocess/queue';
import { Lock } from '@multiprocess/sync';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';

const FAKES = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate'].concat(
  'queueMicrotask',
  'nextTick',
  'hrtime',
  'performance',
  'Date',
);

const OUTCOMES = [
  'an acquired lock: true',
  'a lock, blocking: true',
  'a lock that stays taken: false,false',
  'an aborted wait: aborted',
  'an item of a queue: item',
  'many items of a queue: 12497500',
  'a queue that stays empty: QueueEmptyError',
  'a condition: true',
  'a barrier: true',
  'a connection: 1,word',
  'the end of a process: 0',
  'the end of a process, blocking: 0',
  'a process that does not end: false,-15',
  'a call of a pool: 42',
  'all calls of a pool: 2,4,6',
  'results of a pool in turn: 2,4,6',
  'a call of a pool of threads: 42',
  'the end of a pool: 2',
  'a program: hello',
  'a program that does not end: true',
  'a call of a manager: value',
  'a signal: true',
  'a date: 5',
];

const cases = [
  ...FAKES.map((name) => ({ what: name, when: 'after', names: [name] })),
  { what: 'everything', when: 'after', names: FAKES },
  { what: 'everything', when: 'before', names: FAKES },
];

// A wait that hangs is the one whose line is missing.
test.each(cases)(
  'every wait ends although $what was replaced by a fake $when the import',
  async ({ when, names }) => {
    const program = new URL('fixtures/fake-timers.mjs', import.meta.url);
    const child = startChild(program, { args: [when, ...names] });
    for (const outcome of OUTCOMES) expect(await child.line(/./), child.stderr).toBe(outcome);
    expect(await child.line(/./)).toBe('all are over');
    expect(await child.exit).toEqual({ code: 0, signal: null });
  },
  120_000,
);

test('every wait ends although the timers of vitest, which are those of Sinon and Jest, stand still', async () => {
  using lock = new Lock();
  using queue = new Queue();
  lock.acquireSync();
  // Of processes, vitest allows no fake of nextTick.
  vi.useFakeTimers({ toFake: FAKES.filter((name) => name !== 'nextTick') as never });
  onTestFinished(() => void vi.useRealTimers());
  expect(setTimeout).toHaveProperty('clock');
  expect(await lock.acquire({ timeout: 20 })).toBe(false);
  await expect(queue.get({ timeout: 20 })).rejects.toMatchObject({ name: 'QueueEmptyError' });
  const child = new Process({ target: () => new Promise(() => setInterval(() => undefined, 1e6)) });
  child.start();
  expect(await child.join({ timeout: 20 })).toBe(false);
  child.kill();
  expect(await child.join()).toBe(true);
  expect(child.signalCode).toBe('SIGKILL');
});

describe('while mock.timers of node:test are enabled', () => {
  const program = new URL('fixtures/node-test-timers.mjs', import.meta.url);

  test('every wait ends if that was after the import', async () => {
    const child = startChild(program, { args: ['after'] });
    for (const outcome of OUTCOMES) expect(await child.line(/./), child.stderr).toBe(outcome);
    expect(await child.line(/./)).toBe('all are over');
    expect(await child.exit).toEqual({ code: 0, signal: null });
  }, 120_000);

  test.each(['a lock that stays taken', 'an acquired lock'])(
    '%s is an error that says what to do, and no hang, if that was before the import',
    async (what) => {
      const child = startChild(program, { args: ['before', what] });
      await child.exit;
      const said = child.lines.join('') + child.stderr;
      expect(said).toContain('ERR_MULTIPROCESS_UNSUPPORTED_PLATFORM');
      expect(said).toMatch(
        /mock\.timers of node:test had replaced \w+ before multiprocess was imported.*Import multiprocess first/,
      );
    },
  );
});
