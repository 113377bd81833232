import { type ChildProcess, fork, type ForkOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import { native } from '@multiprocess/native';
import { afterEach, expect, vi } from 'vitest';

vi.setConfig({ testTimeout: 120_000 }); // a watchdog, no expectation

export const SHARED = 1;
export const EXCLUSIVE = 2;
export const EAGAIN = -11;
export const EINVAL = -22;
export const ENOSPC = -28;
export const PAGE = 4096;

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0).reverse()) cleanup();
});

/** Runs `cleanup` after the test, whatever its outcome; last in, first out. */
export function after(cleanup: () => void): void {
  cleanups.push(cleanup);
}

export function newDirectory(): string {
  const directory = mkdtempSync('/dev/shm/multiprocess-test-');
  after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Makes a file of zeros and returns its path. */
export function newFile(byteLength = 16 * PAGE, directory = newDirectory()): string {
  const path = `${directory}/segment`;
  const fd = openSync(path, 'wx', 0o600);
  ftruncateSync(fd, byteLength);
  closeSync(fd);
  return path;
}

/** Maps a file in this process until the end of the test, as a peer would. */
export function mapHere(path: string, byteLength = 16 * PAGE): { segment: number; words: Int32Array } {
  meet(path);
  const fd = openSync(path, 'r+');
  expect(native().lock(fd, SHARED)).toBe(0);
  const segment = native().map(fd, byteLength, '', false);
  closeSync(fd);
  expect(segment).toBeGreaterThan(0);
  after(() => native().unmap(segment));
  return { segment, words: new Int32Array(native().buffer(segment, 0, byteLength)) };
}

/** Meets the processes that share the file, as `open()` does in them. */
function meet(path: string): void {
  const lot = `${dirname(path)}/lot-0`;
  expect(native().meet(lot, lot)).toBe(0);
}

/** Whether any process has the file mapped, or open and locked. */
export function isLocked(path: string): boolean {
  const fd = openSync(path, 'r');
  const result = native().lock(fd, EXCLUSIVE);
  closeSync(fd);
  expect([0, EAGAIN]).toContain(result);
  return result === EAGAIN;
}

export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  /** The next message, or an error with what the child printed if it ends instead. */
  next(): Promise<unknown>;
  /** Exit status, or the name of the signal. */
  readonly ended: Promise<number | string>;
}

/** Starts a fixture in a process of its own, killed after the test. */
export function start(fixture: string, args: readonly (string | number)[], options: ForkOptions = {}): Child {
  const url = new URL(`fixtures/${fixture}`, import.meta.url);
  const child = fork(url, args.map(String), {
    ...options,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...options.env },
  });
  after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout?.on('data', (text: Buffer) => (output += String(text)));
  child.stderr?.on('data', (text: Buffer) => (output += String(text)));
  const messages: unknown[] = [];
  child.on('message', (message) => messages.push(message));
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  // Not 'close': Node does not emit it where this side disconnects.
  const closed = Promise.all([exited, once(child, 'disconnect'), finished(child.stdout), finished(child.stderr)]);
  const next = async () => {
    while (messages.length === 0) {
      await Promise.race([once(child, 'message'), closed]);
      if (!child.connected && messages.at(0) === undefined) throw new Error(`${fixture} ended: ${output}`);
    }
    return messages.shift();
  };
  return {
    process: child,
    pid: child.pid ?? 0,
    next,
    ended: exited.then(([status, signal]) => status ?? signal ?? ''),
  };
}

const finished = async (stream: Readable | null) => stream && (await once(stream, 'close'));

/** Waits for a state of the world that has no event. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setImmediate();
}

/** Whether the thread sleeps in the kernel. */
export function isAsleep(pid: number, thread = pid): boolean {
  const status = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'latin1');
  return status[status.lastIndexOf(')') + 2] === 'S';
}
