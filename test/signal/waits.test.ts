import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import {
  alarm,
  blockSignals,
  getitimer,
  pendingSignals,
  raiseSignal,
  setitimer,
  SIG_DFL,
  signal,
  signals,
  sigtimedwait,
  sigwait,
  TimeoutError,
  unblockSignals,
} from '@multiprocess/signal';
import { until } from '../helpers/until.js';
import { program } from './helpers.js';

afterEach(() => {
  alarm(0);
  setitimer('virtual', 0);
  setitimer('prof', 0);
  for (const name of ['SIGUSR2', 'SIGALRM', 'SIGVTALRM', 'SIGPROF'] as const) signal(name, SIG_DFL);
});

test('alarm() is a timer of the kernel: it ends a process without a handler whose event loop is busy', async () => {
  const child = program("alarm(1); console.log('busy'); for (;;);");
  expect(await child.exit).toEqual({ code: null, signal: 'SIGALRM' });
});

test('alarm() calls the handler, and returns the seconds that were left', async () => {
  expect(alarm(100)).toBe(0);
  expect(alarm(1)).toBeGreaterThanOrEqual(99);
  expect(await sigwait(['SIGALRM'])).toBe('SIGALRM');
  alarm(50);
  expect(alarm(0)).toBe(50);
  expect(alarm(0)).toBe(0);
});

test('setitimer() repeats, getitimer() returns its state in milliseconds; alarm() is the same timer', async () => {
  let calls = 0;
  signal('SIGALRM', () => calls++);
  expect(setitimer('real', 10, 5)).toEqual({ remaining: 0, interval: 0 });
  await until(() => calls >= 3);
  const { remaining, interval } = getitimer('real');
  expect([remaining <= 5, interval]).toEqual([true, 5]);
  expect(setitimer('real', 0).interval).toBe(5);
  expect(getitimer('real')).toEqual({ remaining: 0, interval: 0 });
  alarm(7);
  expect(getitimer('real').remaining).toBeGreaterThan(6000);
});

test('setitimer() of a tiny time is not 0', async () => {
  const came = sigwait(['SIGALRM']);
  setitimer('real', 1e-9);
  expect(await came).toBe('SIGALRM');
});

test('the virtual timer and prof count the program’s time', async () => {
  const names: string[] = [];
  signal('SIGVTALRM', (name) => names.push(name));
  signal('SIGPROF', (name) => names.push(name));
  setitimer('virtual', 5);
  setitimer('prof', 5);
  await until(() => {
    for (const end = performance.now() + 2; performance.now() < end;);
    return names.length === 2;
  });
  expect(names.sort()).toEqual(['SIGPROF', 'SIGVTALRM']);
});

test('wrong times and timers are RangeErrors and TypeErrors', () => {
  expect(() => alarm(1.5)).toThrow(RangeError);
  expect(() => alarm(-1)).toThrow(RangeError);
  expect(() => setitimer('real', -1)).toThrow(RangeError);
  expect(() => setitimer('real', NaN)).toThrow(RangeError);
  expect(() => setitimer('real', '1' as unknown as number)).toThrow(TypeError);
  expect(() => getitimer('wall' as 'real')).toThrow(/'wall'/);
});

test('sigwait() takes the signal: the handler does not run; one waiter each', async () => {
  let handled = 0;
  signal('SIGUSR2', () => handled++);
  const first = sigwait(['SIGUSR2', 'SIGALRM']);
  const second = sigwait(['SIGUSR2']);
  raiseSignal('SIGUSR2');
  expect(await first).toBe('SIGUSR2');
  raiseSignal('SIGUSR2');
  expect(await second).toBe('SIGUSR2');
  expect(handled).toBe(0);
  raiseSignal('SIGUSR2');
  await until(() => handled === 1);
});

test('sigwait() and sigtimedwait() give up in time', async () => {
  await expect(sigwait(['SIGUSR2'], { timeout: 10 })).rejects.toThrow(TimeoutError);
  expect(await sigtimedwait(['SIGUSR2'], 10)).toBeNull();
  await expect(sigwait(['SIGUSR2'], { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
  expect(process.listenerCount('SIGUSR2')).toBe(0);
});

test('sigwait() refuses SIGKILL, and arguments that are not a set', async () => {
  await expect(sigwait(['SIGKILL'])).rejects.toThrow(RangeError);
  await expect(sigwait('SIGINT' as unknown as ['SIGINT'])).rejects.toThrow(TypeError);
});

test('sigwait() keeps the program alive', async () => {
  const child = program("const came = sigwait(['SIGINT']); console.log('waits'); console.log(await came)");
  await child.line('waits');
  expect(await child.kill('SIGINT')).toEqual({ code: 0, signal: null });
  expect(child.lines).toEqual(['waits', 'SIGINT']);
});

test('signals that are blocked stay pending, one of each, and arrive when they are let through', async () => {
  let handled = 0;
  signal('SIGUSR2', () => handled++);
  blockSignals(['SIGUSR2']);
  for (let i = 0; i < 3; i++) raiseSignal('SIGUSR2');
  await until(() => pendingSignals().has('SIGUSR2'));
  await delay(10);
  expect(handled).toBe(0);
  unblockSignals(['SIGUSR2']);
  expect(handled).toBe(1);
  expect(pendingSignals().size).toBe(0);
});

test('sigwait() takes a signal that is pending', async () => {
  blockSignals(['SIGUSR2']);
  raiseSignal('SIGUSR2');
  await until(() => pendingSignals().has('SIGUSR2'));
  expect(await sigtimedwait(['SIGUSR2'], 0)).toBe('SIGUSR2');
  expect(await sigtimedwait(['SIGUSR2'], 0)).toBeNull();
  unblockSignals(['SIGUSR2']);
});

test('a default action that was blocked happens when it is let through', async () => {
  const child = program(`
    blockSignals(['SIGTERM']);
    raiseSignal('SIGTERM');
    while (pendingSignals().size === 0) await delay(1);
    console.log([...pendingSignals()]);
    unblockSignals(['SIGTERM']);
    await delay(1e6);`);
  expect(await child.exit).toEqual({ code: null, signal: 'SIGTERM' });
  expect(child.lines).toEqual(["[ 'SIGTERM' ]"]);
});

test('signals() gives them as they come, loses none while the body runs, and ends with the loop', async () => {
  const seen: string[] = [];
  setImmediate(() => raiseSignal('SIGUSR2'));
  for await (const name of signals(['SIGUSR2', 'SIGALRM'])) {
    seen.push(name);
    if (seen.length === 3) break;
    raiseSignal(seen.length === 1 ? 'SIGALRM' : 'SIGUSR2');
    await delay(20);
  }
  expect(seen).toEqual(['SIGUSR2', 'SIGALRM', 'SIGUSR2']);
  expect(process.listenerCount('SIGUSR2')).toBe(0);
});

test('signals() turns the default action off, and its loop keeps the program alive', async () => {
  const child = program(
    "const all = signals(['SIGINT', 'SIGTERM']); console.log('loops'); for await (const name of all) { console.log(name); if (name === 'SIGTERM') break; } console.log('left')",
  );
  await child.line('loops');
  process.kill(child.pid, 'SIGINT');
  await child.line('SIGINT');
  expect(await child.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  expect(child.lines.at(-1)).toBe('left');
});
