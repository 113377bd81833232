import type { MessagePort } from 'node:worker_threads';
import type { InputChunk } from '../../launch/thread-message.js';

/** In a thread: makes `process.stdin` read what comes through `port`. */
export function installInput(port: MessagePort): void {
  const input = pipedInput(port);
  Object.defineProperty(process, 'stdin', { configurable: true, enumerable: true, get: () => input });
}

/** Keeps the thread alive while it is read, as the input of a process does: not before, not while it is paused, and not after `unref()`. */
function pipedInput(port: MessagePort) {
  const { Readable } = process.getBuiltinModule('node:stream'); // loaded here, since a child process needs none
  let isStarted = false;
  let unread = 0; // bytes that have arrived and were not yet asked for

  function take(chunk: InputChunk): void {
    unread += chunk?.length ?? 0;
    stream.push(chunk);
    if (chunk === null) port.close();
  }

  const stream = new Readable({
    read() {
      if (!isStarted) port.on('message', take);
      isStarted = true;
      if (unread > 0) port.postMessage(unread);
      unread = 0;
    },
    destroy(error, done) {
      port.close();
      done(error);
    },
  });
  const input = Object.assign(stream, {
    fd: 0,
    ref: () => {
      port.ref();
      return input;
    },
    unref: () => {
      port.unref();
      return input;
    },
  });
  input.on('pause', input.unref);
  input.on('resume', () => {
    if (isStarted) port.ref();
  });
  return input;
}
