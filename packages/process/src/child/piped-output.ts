import { clock } from '@multiprocess/shared-memory';
import { Writable } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import type { PipedChunk } from '../launch/thread-message.js';

/** So much may be under way before a writer waits for the reader. */
const MAX_AHEAD = 262_144;
/** For so long it waits then. The reader may be a thread that blocks until this one has ended. */
const MAX_WAIT_MS = 100;

/**
 * In a thread: a stream that its parent reads. What is written is sent at once and is there when the parent has its turn,
 * be that after the thread's end. Only what runs far ahead of the reader waits for it, for a moment, and goes on without
 * an answer: nothing here lets a thread depend on its parent's event loop.
 */
export class PipedOutput extends Writable {
  readonly fd: 1 | 2;
  readonly #port: MessagePort;
  #ahead = 0;
  #isEnding = false;
  #waiting: { readonly done: () => void; readonly timer: NodeJS.Timeout } | undefined;

  constructor(fd: 1 | 2, port: MessagePort) {
    super({ decodeStrings: true, autoDestroy: false, emitClose: false });
    this.fd = fd;
    this.#port = port;
    port.on('message', ([stream, bytes]: readonly [number, number]) => {
      if (stream === fd) this.#noteRead(bytes);
    });
    port.unref();
    process.on('exit', () => {
      this.#isEnding = true;
      this.#goOn();
    });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const bytes = new Uint8Array(chunk); // a copy: what Node gives may be a part of something larger
    this.#ahead += bytes.length;
    this.#port.postMessage([this.fd, bytes] satisfies PipedChunk, [bytes.buffer]);
    if (this.#ahead <= MAX_AHEAD || this.#isEnding) {
      done();
      return;
    }
    const timer = clock.setTimeout(() => {
      this.#goOn();
    }, MAX_WAIT_MS);
    this.#waiting = { done, timer };
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    done(error);
  }

  #noteRead(bytes: number): void {
    this.#ahead -= bytes;
    if (this.#ahead <= MAX_AHEAD) this.#goOn();
  }

  /** Sends all that has been written meanwhile. */
  #goOn(): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    clock.clearTimeout(waiting.timer);
    const isEnding = this.#isEnding;
    this.#isEnding = true; // what waits is sent in one go
    waiting.done();
    this.#isEnding = isEnding;
  }
}
