import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import type { MessagePort } from 'node:worker_threads';
import { blockThread, descriptorPath, hostName } from '@multiprocess/shared-memory';
import { outputStream } from './output-stream.js';
import { PipedOutput } from './piped-output.js';
import type { ThreadOutputKind, ThreadStart } from '../../launch/thread-message.js';

/** How long to wait before a full pipe is tried again; doubled each time. */
const FIRST_NAP_MS = 1;
const MAX_NAP_MS = 16;
/**
 * How many bytes to write at a time. The function of Deno goes on until all is written, and does not tell how much was if the pipe is full
 * before; up to PIPE_BUF a pipe takes all or nothing.
 */
const MAX_WRITE = hostName === 'Deno' ? 4096 : Infinity;

/**
 * In a thread: makes `process.stdout`, `process.stderr` and the console write as they do in a process. Node's own streams of
 * a thread pass each write to the event loop of the parent, and keep the thread alive until that has answered. If the parent
 * blocks until the thread ends, this is a deadlock.
 */
export function installOutput({ stdout, stderr, pipe }: ThreadStart): void {
  install('stdout', 1, stdout, pipe);
  install('stderr', 2, stderr, pipe);
  // The console of Deno knows no streams: it writes to the descriptors of the process, which is right only for what is inherited.
  if (hostName !== 'Deno' || (stdout === 'inherit' && stderr === 'inherit')) return;
  const { Console } = process.getBuiltinModule('node:console');
  const own = { ...new Console({ stdout: process.stdout, stderr: process.stderr }) };
  const methods = Object.entries<unknown>(own).filter(([, member]) => typeof member === 'function');
  Object.assign(console, Object.fromEntries(methods));
}

function install(name: 'stdout' | 'stderr', fd: 1 | 2, kind: ThreadOutputKind, pipe: MessagePort | undefined): void {
  const nodes = process[name];
  // Preloaded modules may have written to Node's stream, which keeps the thread alive until the parent answers. Node then calls
  // a method of process.stdout, so ours needs it, too. Calling it now lets the thread end without the answer.
  const onAnswer = ownSymbols(nodes).find(({ description }) => description === 'kStdioWantsMoreDataCallback');
  const answer = (): void => {
    if (onAnswer !== undefined) (nodes as unknown as Record<symbol, () => void>)[onAnswer]?.();
  };
  answer();
  const output = Object.assign(makeOutput(fd, kind, pipe), onAnswer === undefined ? {} : { [onAnswer]: answer });
  Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => output });
  // Not under --frozen-intrinsics: there the console keeps the stream of Node.
  Reflect.defineProperty(console, `_${name}`, { configurable: true, writable: true, value: output });
}

function ownSymbols(object: object): symbol[] {
  return Object.getOwnPropertySymbols(Object.getPrototypeOf(object));
}

function makeOutput(fd: 1 | 2, kind: ThreadOutputKind, pipe: MessagePort | undefined): Writable {
  if (kind === 'pipe' && pipe !== undefined) return Object.assign(new PipedOutput(fd, pipe).stream, { fd });
  const target = kind === 'inherit' ? openTarget(fd) : undefined;
  const terminal = target === undefined ? undefined : terminalAt(target);
  return terminal ?? Object.assign(newOutput(target), { fd, _isStdio: true });
}

/** The stream of a terminal; undefined if that is none. */
function terminalAt(fd: number): WriteStream | undefined {
  // Node's module of terminals loads that of networks, half of what a thread needs to begin.
  if (!fstatSync(fd).isCharacterDevice()) return undefined;
  const { isatty, WriteStream } = process.getBuiltinModule('node:tty');
  return isatty(fd) ? Object.assign(new WriteStream(fd), { _isStdio: true }) : undefined;
}

/**
 * The descriptor to write to for one of the process; undefined if that is closed. A pipe is opened a second time, to make only
 * this descriptor non-blocking: a thread that blocks in the kernel could not be ended.
 */
function openTarget(fd: number): number | undefined {
  try {
    if (!fstatSync(fd).isFIFO()) return fd;
  } catch {
    return undefined;
  }
  try {
    // Never closed here: Node closes the descriptors that a thread has opened when the thread ends.
    return openSync(descriptorPath(fd), constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return fd;
  }
}

/** Writes to a descriptor synchronously, so that no output is lost when the thread ends. Without a descriptor, writes nothing. */
function newOutput(target: number | undefined): Writable {
  return outputStream((chunk, done) => {
    try {
      if (target !== undefined) writeAll(target, chunk);
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0, nap = FIRST_NAP_MS; at < bytes.length;) {
    try {
      at += writeSync(fd, bytes, at, Math.min(bytes.length - at, MAX_WRITE));
      nap = FIRST_NAP_MS;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      blockThread(nap);
      nap = Math.min(2 * nap, MAX_NAP_MS);
    }
  }
}
