import type { Writable } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { InputChunk } from '../launch/thread-message.js';

/** How many bytes the thread may have to read before a writer waits for it: as many as a pipe of Linux holds. */
const MAX_AHEAD = 65_536;

/**
 * In the parent: what the thread reads from its standard input. The stream of Node's own `Worker` keeps a thread alive that does not
 * read what was written to it.
 */
export class ThreadInput {
  /** The thread's end: transfer it to the thread. */
  readonly theirs: MessagePort;
  readonly writable: Writable;
  readonly #port: MessagePort;
  /** Bytes that the thread has not read. */
  #ahead = 0;
  #waiting: (() => void) | undefined;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.theirs = port2;
    this.#port = port1;
    const send = (chunk: InputChunk, done: () => void): void => {
      this.#send(chunk, done);
    };
    const close = (): void => {
      port1.close();
    };
    const { Writable } = process.getBuiltinModule('node:stream'); // as in ThreadPipes
    this.writable = new Writable({
      write(chunk: Buffer, _encoding, done) {
        send(new Uint8Array(chunk), done); // a copy: Node's chunk may be part of a larger buffer
      },
      final(done) {
        send(null, done);
      },
      destroy(error, done) {
        close();
        done(error);
      },
      autoDestroy: false, // at its end, what was sent may not have arrived
    });
    port1.on('message', (bytes: number) => {
      this.#noteRead(bytes);
    });
    port1.once('close', () => {
      this.end();
    });
    port1.unref();
  }

  /** Closes the stream, as that of a process is closed when the process has ended. Idempotent. */
  end(): void {
    this.writable.destroy();
  }

  #send(chunk: InputChunk, done: () => void): void {
    this.#ahead += chunk?.length ?? 0;
    this.#port.postMessage(chunk, chunk === null ? [] : [chunk.buffer as ArrayBuffer]);
    if (chunk === null || this.#ahead <= MAX_AHEAD) {
      done();
      return;
    }
    this.#waiting = done;
    this.#port.ref(); // a program does not end while its write waits
  }

  #noteRead(bytes: number): void {
    this.#ahead -= bytes;
    const done = this.#waiting;
    if (done === undefined || this.#ahead > MAX_AHEAD) return;
    this.#waiting = undefined;
    this.#port.unref();
    done();
  }
}
