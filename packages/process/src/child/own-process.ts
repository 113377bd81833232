import { isMainThread } from 'node:worker_threads';
import type { Running } from '../parent/running.js';

/** The calling process itself. It cannot wait for its own end. */
export const ownProcess: Running = {
  pid: process.pid,
  exitCode: null,
  signalCode: null,
  error: undefined,
  stdin: null,
  stdout: null,
  stderr: null,
  isAlive: () => true,
  ready: async () => undefined,
  readySync: () => undefined,
  join: async () => refuse(),
  joinSync: refuse,
  ending: refuse,
  terminate() {
    end('SIGTERM');
  },
  kill() {
    end('SIGKILL');
  },
  ref: () => undefined,
  unref: () => undefined,
};

function refuse(): never {
  throw new TypeError('A process cannot wait for its own end');
}

function end(signal: NodeJS.Signals): void {
  if (!isMainThread) process.exit(1); // its process has other threads
  process.kill(process.pid, signal);
}
