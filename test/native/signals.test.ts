import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fstatSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { native } from '@multiprocess/native';
import { afterEach, expect, test } from 'vitest';
import { EINVAL, newFile } from './helpers.js';

const { SIGUSR2, SIGKILL } = constants.signals;
const DEFAULT = 0;
const IGNORE = 1;
const QUERY = -1;
const CODE = 2;

afterEach(() => {
  native().signalAction(SIGUSR2, DEFAULT);
  native().setTimer(0, 0, 0);
});

const isIgnored = (signal: number) => {
  const mask = /^SigIgn:\s*(\w+)$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1] ?? '0';
  return (BigInt(`0x${mask}`) & (1n << BigInt(signal - 1))) !== 0n;
};

test('signalAction() sets what the kernel does, and tells what it did before', () => {
  expect(native().signalAction(SIGUSR2, IGNORE)).toBe(DEFAULT);
  expect(isIgnored(SIGUSR2)).toBe(true);
  expect(native().signalAction(SIGUSR2, QUERY)).toBe(IGNORE);
  expect(native().raiseSignal(SIGUSR2)).toBe(0);
  expect(native().signalAction(SIGUSR2, DEFAULT)).toBe(IGNORE);
  expect(isIgnored(SIGUSR2)).toBe(false);
});

test('signalAction() knows that Node has installed code', () => {
  const listener = () => undefined;
  process.on('SIGUSR2', listener);
  expect(native().signalAction(SIGUSR2, QUERY)).toBe(CODE);
  process.off('SIGUSR2', listener);
  expect(native().signalAction(SIGUSR2, QUERY)).toBe(DEFAULT);
});

test('signalAction() restores the code that it has replaced, and has none to restore where there was none', async () => {
  const heard = once(process, 'SIGUSR2');
  expect(native().signalAction(SIGUSR2, IGNORE)).toBe(CODE);
  expect(native().raiseSignal(SIGUSR2)).toBe(0);
  expect(native().signalAction(SIGUSR2, CODE)).toBe(IGNORE);
  expect(native().signalAction(SIGUSR2, QUERY)).toBe(CODE);
  expect(native().raiseSignal(SIGUSR2)).toBe(0);
  await heard;
  expect(native().signalAction(constants.signals.SIGTTOU, CODE)).toBe(EINVAL);
});

test('signalAction() and raiseSignal() of SIGKILL, or of a number that is not a signal, are EINVAL', () => {
  for (const signal of [0, -1, 65, 1000]) expect(native().signalAction(signal, QUERY)).toBe(EINVAL);
  expect(native().signalAction(SIGKILL, IGNORE)).toBe(EINVAL);
  expect(native().signalAction(SIGUSR2, 5)).toBe(EINVAL);
  expect(native().raiseSignal(1000)).toBe(EINVAL);
});

test('timers tell what was left, in µs', () => {
  expect(native().setTimer(0, 5e6, 1e6)).toEqual([0, 0]);
  const [remaining = 0, interval] = native().getTimer(0);
  expect([remaining > 0 && remaining <= 5e6, interval]).toEqual([true, 1e6]);
  expect(native().alarm(0)).toBeGreaterThanOrEqual(4);
  expect(native().getTimer(0)[0]).toBe(0);
});

test('timers refuse unknown timers and invalid times', () => {
  expect(native().getTimer(7)).toEqual([EINVAL]);
  for (const time of [-1, NaN, Infinity]) expect(native().setTimer(0, time, 0)).toEqual([EINVAL]);
});

test('makePipe() makes a pipe that programs do not inherit', () => {
  const [readEnd = -1, writeEnd = -1] = native().makePipe();
  writeSync(writeEnd, 'through');
  const buffer = Buffer.alloc(10);
  expect(buffer.toString('latin1', 0, readSync(readEnd, buffer))).toBe('through');
  expect(fstatSync(readEnd).isFIFO()).toBe(true);
  const { stdout } = spawnSync('ls', ['/proc/self/fd'], { encoding: 'utf8' });
  expect(stdout.split('\n')).not.toContain(String(writeEnd));
  closeSync(readEnd);
  closeSync(writeEnd);
});

test('duplicate() makes one descriptor mean what another one means', () => {
  const [first, second] = [newFile(16), newFile(32)].map((file) => openSync(file, 'r')) as [number, number];
  expect(native().duplicate(first, second)).toBe(0);
  expect(fstatSync(second).size).toBe(16);
  expect(native().duplicate(-1, second)).toBe(-constants.errno.EBADF);
  closeSync(first);
  closeSync(second);
});

test('exec() becomes a program, in the environment given', () => {
  const { stdout, status } = become('/bin/sh', ['any name', '-c', 'echo $0 $A; exit 5'], ['A=1']);
  expect([stdout, status]).toEqual(['any name 1\n', 5]);
});

test('exec() of a missing file, or of a path with a NUL, returns -errno', () => {
  expect(become('/no/such/program', ['x'], []).stdout).toBe(`${-constants.errno.ENOENT}\n`);
  expect(become('/bin/sh', ['a\0b'], []).stdout).toBe(`${EINVAL}\n`);
});

function become(program: string, args: string[], environment: string[]) {
  const fixture = path.join(path.dirname(fileURLToPath(import.meta.url)), 'fixtures/exec.mjs');
  const what = JSON.stringify([program, args, environment]);
  return spawnSync(process.execPath, [fixture, what], { encoding: 'utf8' });
}

test.each([
  ['exitNow(7)', 7, null],
  ['abort()', null, 'SIGABRT'],
])('%s ends the process at once', (what, status, signal) => {
  const source = `
    import { native } from '@multiprocess/native';
    process.on('exit', () => console.log('exit listener'));
    native().${what};`;
  const done = spawnSync(process.execPath, ['--input-type=module', '-e', source], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  expect(done).toMatchObject({ status, signal, stdout: '', stderr: '' });
});
