import { Readable } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import type { InputChunk } from '../launch/thread-message.js';

/** In a thread: makes `process.stdin` read what comes through `port`. */
export function installInput(port: MessagePort): void {
  const input = new PipedInput(port);
  Object.defineProperty(process, 'stdin', { configurable: true, enumerable: true, get: () => input });
}

/** Keeps the thread alive while it is read, as the input of a process does: not before, not while it is paused, and not after `unref()`. */
class PipedInput extends Readable {
  readonly fd = 0;
  readonly #port: MessagePort;
  #isStarted = false;
  /** Bytes that have arrived and were not yet asked for. */
  #unread = 0;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    this.on('pause', () => {
      this.unref();
    });
    this.on('resume', () => {
      if (this.#isStarted) this.ref();
    });
  }

  ref(): this {
    this.#port.ref();
    return this;
  }

  unref(): this {
    this.#port.unref();
    return this;
  }

  override _read(): void {
    if (!this.#isStarted) {
      this.#isStarted = true;
      this.#port.on('message', (chunk: InputChunk) => {
        this.#take(chunk);
      });
    }
    if (this.#unread > 0) this.#port.postMessage(this.#unread);
    this.#unread = 0;
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#port.close();
    done(error);
  }

  #take(chunk: InputChunk): void {
    this.#unread += chunk?.length ?? 0;
    this.push(chunk);
    if (chunk === null) this.#port.close();
  }
}
