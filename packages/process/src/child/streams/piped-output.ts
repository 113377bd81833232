import nodeProcess from 'node:process';
import { clock } from '@multiprocess/shared-memory';
import type { Writable } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import type { PipedChunk } from '../../launch/thread-message.js';
import { outputStream } from './output-stream.js';

/** How many unread bytes there may be before a writer waits for the reader. */
const MAX_AHEAD = 262_144;
/** How long it waits then. The reader may be a thread that blocks until this one has ended. */
const MAX_WAIT_MS = 100;

/**
 * In a thread: a stream that its parent reads. Each write is sent at once, so that the parent can read it even after the
 * thread's end. A writer that is far ahead of the reader waits, but only for a moment: a thread must not depend on the event
 * loop of its parent.
 */
export class PipedOutput {
  readonly stream: Writable;
  readonly #fd: 1 | 2;
  readonly #port: MessagePort;
  #ahead = 0;
  #isEnding = false;
  #waiting: { readonly done: () => void; readonly timer: NodeJS.Timeout } | undefined;

  constructor(fd: 1 | 2, port: MessagePort) {
    this.stream = outputStream((chunk, done) => {
      this.#write(chunk, done);
    });
    this.#fd = fd;
    this.#port = port;
    port.on('message', ([stream, bytes]: readonly [number, number]) => {
      if (stream === fd) this.#noteRead(bytes);
    });
    port.unref();
    nodeProcess.on('exit', () => {
      this.#isEnding = true;
      this.#goOn();
    });
  }

  #write(chunk: Buffer, done: () => void): void {
    const bytes = new Uint8Array(chunk); // a copy: Node's chunk may be part of a larger buffer
    this.#ahead += bytes.length;
    this.#port.postMessage([this.#fd, bytes] satisfies PipedChunk, [bytes.buffer]);
    if (this.#ahead <= MAX_AHEAD || this.#isEnding) {
      done();
      return;
    }
    const timer = clock.setTimeout(() => {
      this.#goOn();
    }, MAX_WAIT_MS);
    this.#waiting = { done, timer };
  }

  #noteRead(bytes: number): void {
    this.#ahead -= bytes;
    if (this.#ahead <= MAX_AHEAD) this.#goOn();
  }

  /** Ends the wait, and sends all that has been written meanwhile. */
  #goOn(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    clock.clearTimeout(waiting.timer);
    const isEnding = this.#isEnding;
    this.#isEnding = true; // so that all waiting writes are sent at once
    waiting.done();
    this.#isEnding = isEnding;
  }
}
