import type { Readable } from 'node:stream';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { PipedChunk } from '../launch/thread-message.js';

/** The output of a thread, where its parent reads it. */
export class ThreadPipes {
  /** To be given to the thread, by moving it. */
  readonly theirs: MessagePort;
  readonly #port: MessagePort;
  readonly #streams = new Map<1 | 2, PipedStream>();
  /** All has come, the other end's closing last. A port that is closed must not be asked any more: Node 20 crashes. */
  #isClosed = false;
  #isOver = false;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.theirs = port2;
    port1.on('message', (chunk: PipedChunk) => {
      this.#take(chunk);
    });
    port1.once('close', () => {
      this.#isClosed = true;
      this.end();
    });
  }

  /** A stream of what the thread writes to its 1, standard output, or 2. */
  open(fd: 1 | 2): Readable {
    const stream = new PipedStream((bytes) => {
      if (!this.#isOver) this.#port.postMessage([fd, bytes]);
    });
    this.#streams.set(fd, stream);
    return stream.readable;
  }

  /** Takes what has been written so far, for a thread that blocks: the writer must not wait for it. */
  drain(): void {
    if (this.#isClosed || this.#isOver) return;
    for (let one = receiveMessageOnPort(this.#port); one !== undefined; one = receiveMessageOnPort(this.#port)) {
      this.#take(one.message as PipedChunk);
    }
    for (const stream of this.#streams.values()) stream.acknowledge();
  }

  /** What comes another way. */
  add(fd: 1 | 2, bytes: Uint8Array): void {
    if (!this.#isOver) this.#streams.get(fd)?.readable.push(Buffer.from(bytes));
  }

  /** Nothing more is written, and all that was is here. Idempotent. */
  end(): void {
    if (this.#isOver) return;
    this.drain();
    this.#isOver = true;
    for (const stream of this.#streams.values()) stream.readable.push(null);
    this.#port.close();
  }

  ref(): void {
    this.#port.ref();
  }

  unref(): void {
    this.#port.unref();
  }

  #take([fd, bytes]: PipedChunk): void {
    this.#streams.get(fd)?.take(bytes);
  }
}

class PipedStream {
  readonly readable: Readable;
  readonly #onRead: (bytes: number) => void;
  /** Bytes that have arrived, and of which the writer has not been told that they are read. */
  #unread = 0;

  constructor(onRead: (bytes: number) => void) {
    this.#onRead = onRead;
    // Loaded here: most processes have no threads that are piped, and it is much of what they would load.
    const { Readable } = process.getBuiltinModule('node:stream');
    this.readable = new Readable({
      read: () => {
        this.acknowledge();
      },
    });
  }

  take(bytes: Uint8Array): void {
    this.#unread += bytes.length;
    const wantsMore = this.readable.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    if (wantsMore) this.acknowledge();
  }

  acknowledge(): void {
    if (this.#unread === 0) return;
    this.#onRead(this.#unread);
    this.#unread = 0;
  }
}
