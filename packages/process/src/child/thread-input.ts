import type { MessagePort } from 'node:worker_threads';
import type { InputChunk } from '../launch/thread-message.js';

/** In a thread: makes `process.stdin` read what comes through `port`. Only who reads it is kept alive by it. */
export function installInput(port: MessagePort): void {
  const { Readable } = process.getBuiltinModule('node:stream'); // loaded here, since a child process needs none
  let isRead = false;
  const input = new Readable({
    read() {
      if (isRead) return;
      isRead = true;
      port.on('message', (chunk: InputChunk) => {
        input.push(chunk);
        if (chunk === null) port.close();
      });
    },
  });
  Object.defineProperty(process, 'stdin', { configurable: true, enumerable: true, get: () => input });
}
