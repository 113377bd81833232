import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import {
  getSignal,
  kill,
  pause,
  raiseSignal,
  SIG_DFL,
  SIG_IGN,
  signal,
  strsignal,
  validSignals,
} from '@multiprocess/signal';
import type { Action } from '@multiprocess/signal';
import { stateOf } from '../helpers/state-of.js';
import { until } from '../helpers/until.js';
import { isIgnored, program } from './helpers.js';

const { SIGUSR2, SIGWINCH } = constants.signals;

afterEach(() => {
  signal('SIGUSR2', SIG_DFL);
  signal('SIGWINCH', SIG_DFL);
});

test('signal() returns the previous action, getSignal() the present one', () => {
  const handler = (): void => undefined;
  expect(signal('SIGUSR2', handler)).toBe(SIG_DFL);
  expect(getSignal('SIGUSR2')).toBe(handler);
  expect(signal(SIGUSR2, SIG_IGN)).toBe(handler);
  expect(getSignal(SIGUSR2)).toBe(SIG_IGN);
  expect(signal('SIGUSR2', SIG_DFL)).toBe(SIG_IGN);
});

test('a handler gets the name and the number, in a later turn of the event loop', async () => {
  const calls: unknown[] = [];
  signal('SIGUSR2', (...args) => calls.push(args));
  raiseSignal('SIGUSR2');
  expect(calls).toEqual([]);
  await until(() => calls.length > 0);
  expect(calls).toEqual([['SIGUSR2', SIGUSR2]]);
});

test('getSignal() knows what Node has set: SIGPIPE is ignored, SIGINT has its default, listeners of others are null', () => {
  expect(getSignal('SIGPIPE')).toBe(SIG_IGN);
  expect(getSignal('SIGINT')).toBe(SIG_DFL);
  const listener = (): void => undefined;
  process.on('SIGUSR2', listener);
  expect(getSignal('SIGUSR2')).toBeNull();
  process.off('SIGUSR2', listener);
  expect(getSignal('SIGUSR2')).toBe(SIG_DFL);
});

test('SIG_IGN and SIG_DFL are installed in the kernel', () => {
  signal('SIGUSR2', SIG_IGN);
  expect(isIgnored(SIGUSR2)).toBe(true);
  raiseSignal('SIGUSR2'); // would end this process
  signal('SIGUSR2', SIG_DFL);
  expect(isIgnored(SIGUSR2)).toBe(false);
});

test('SIG_IGN holds against listeners of process.on, which hear again after it', async () => {
  let heard = 0;
  const listener = (): void => {
    heard++;
  };
  process.on('SIGWINCH', listener);
  signal('SIGWINCH', SIG_IGN);
  expect(isIgnored(SIGWINCH)).toBe(true);
  raiseSignal('SIGWINCH');
  await delay(20);
  expect(heard).toBe(0);
  let handled = 0;
  signal('SIGWINCH', () => handled++);
  raiseSignal('SIGWINCH');
  await until(() => handled === 1);
  expect(heard).toBe(1);
  process.off('SIGWINCH', listener);
});

test('a handler that was replaced is no longer called', async () => {
  const calls: string[] = [];
  signal('SIGUSR2', () => calls.push('first'));
  signal('SIGUSR2', () => calls.push('second'));
  raiseSignal('SIGUSR2');
  await until(() => calls.length > 0);
  expect(calls).toEqual(['second']);
});

test('SIG_DFL ends a process at once, even if its event loop is busy', async () => {
  const child = program("signal('SIGUSR2', () => {}); signal('SIGUSR2', SIG_DFL); console.log('busy'); for (;;);");
  await child.line('busy');
  expect(await child.kill('SIGUSR2')).toEqual({ code: null, signal: 'SIGUSR2' });
});

test('a handler does not keep the event loop alive', async () => {
  const child = program("signal('SIGINT', () => {}); console.log('set');");
  expect(await child.exit).toEqual({ code: 0, signal: null });
});

test('what a handler throws is an uncaught error', async () => {
  const child = program(
    "signal('SIGUSR2', () => { throw new Error('from the handler') }); raiseSignal('SIGUSR2'); await delay(1e6)",
  );
  expect(await child.exit).toEqual({ code: 1, signal: null });
  expect(child.stderr).toContain('from the handler');
});

test.each([
  ['a lock that another thread has', 'other.acquireSync()'],
  ['an empty queue', 'queue.getSync()'],
  [
    'a child',
    'new Process({ target: function sleep() { return new Promise((r) => setTimeout(r, 1e6)); } }).start(); activeChildren()[0].joinSync()',
  ],
])('the default action of a signal is not delayed by a blocking wait for %s', async (_, wait) => {
  const child = program(`
    const { Lock } = await import('@multiprocess/sync');
    const { Queue } = await import('@multiprocess/queue');
    const { Process, activeChildren } = await import('@multiprocess/process');
    const queue = new Queue();
    const other = new Lock({ name: 'held-' + process.ppid });
    if (${wait.startsWith('other')}) new Process({ target: async function hold(lock) { lock.acquireSync(); await new Promise((r) => setTimeout(r, 1e6)); }, args: [other] }).start();
    while (${wait.startsWith('other')} && !other.locked) await delay(1);
    console.log('waits');
    ${wait};`);
  await child.line('waits');
  await until(() => stateOf(child.pid) === 'S');
  expect(await child.kill('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
});

test.each(['SIGKILL', 'SIGSTOP'] as const)('%s can be neither handled nor ignored: RangeError', (name) => {
  for (const action of [() => undefined, SIG_IGN, SIG_DFL] as const)
    expect(() => signal(name, action)).toThrow(RangeError);
});

test('a wrong signal or action throws with the value received', () => {
  expect(() => signal('SIGNONSENSE' as 'SIGINT', SIG_DFL)).toThrow(/'SIGNONSENSE'/);
  for (const number of [0, -1, 65, 1.5]) expect(() => getSignal(number)).toThrow(RangeError);
  expect(() => getSignal({} as 'SIGINT')).toThrow(TypeError);
  for (const action of [null, undefined, 1, 'SIG_IGN'])
    expect(() => signal('SIGUSR2', action as unknown as Action)).toThrow(TypeError);
});

test('in a worker thread signal() is a TypeError that says where to call it', async () => {
  const source = `
    const { parentPort } = require('node:worker_threads');
    try { require('@multiprocess/signal').signal('SIGUSR2', () => {}); } catch (error) { parentPort.postMessage(String(error)); }`;
  const worker = new Worker(source, { eval: true });
  expect(await once(worker, 'message')).toEqual([
    expect.stringMatching(/^TypeError: Signals belong to the main thread/),
  ]);
  await worker.terminate();
});

test('pause() returns when a handler has run, and false when its time is over', async () => {
  const order: string[] = [];
  signal('SIGUSR2', () => order.push('handler'));
  const paused = pause().then((result) => order.push(`pause ${result}`));
  raiseSignal('SIGUSR2');
  await paused;
  expect(order).toEqual(['handler', 'pause true']);
  expect(await pause({ timeout: 10 })).toBe(false);
  await expect(pause({ signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});

test('pause() keeps the program alive until a signal comes, the tutorial’s program', async () => {
  const child = program(
    "signal('SIGINT', (name) => console.log(name)); const paused = pause(); console.log('waits'); await paused; console.log('signal pause fin')",
  );
  await child.line('waits');
  await child.kill('SIGINT');
  expect(child.lines).toEqual(['waits', 'SIGINT', 'signal pause fin']);
});

test('raiseSignal() takes a default action before it returns', async () => {
  const child = program("raiseSignal('SIGTERM'); console.log('still here')");
  expect(await child.exit).toEqual({ code: null, signal: 'SIGTERM' });
  expect(child.lines).toEqual([]);
});

test('kill() sends signals, 0 asks, and errors have their codes', async () => {
  const child = program(
    "signal('SIGUSR2', (name) => { console.log(name); process.exit(4) }); console.log('ready'); await delay(1e6)",
  );
  await child.line('ready');
  kill(child.pid, 0);
  kill(child.pid, 'SIGUSR2');
  expect(await child.exit).toEqual({ code: 4, signal: null });
  expect(() => kill(child.pid, 0)).toThrow(expect.objectContaining({ code: 'ESRCH' }) as Error);
  expect(() => kill(process.pid, 'SIGNONSENSE' as 'SIGINT')).toThrow(RangeError);
  expect(() => kill('1' as unknown as number)).toThrow(TypeError);
});

test('validSignals() are those that Node has names for, strsignal() describes them', () => {
  expect(validSignals().size).toBe(31);
  expect([strsignal('SIGINT'), strsignal(9), strsignal('SIGTERM')]).toEqual(['Interrupt', 'Killed', 'Terminated']);
  for (const name of validSignals()) expect(strsignal(name)).not.toBe(name);
  expect(() => strsignal(99)).toThrow(RangeError);
});

test('strsignal() returns the texts of the C library', () => {
  const python = 'import signal\nfor s in range(1, 32): print(signal.strsignal(s))';
  const { stdout, error } = spawnSync('python3', ['-c', python], { encoding: 'utf8' });
  if (error !== undefined) return; // no Python here
  expect(Array.from({ length: 31 }, (_, at) => strsignal(at + 1))).toEqual(stdout.trim().split('\n'));
});
