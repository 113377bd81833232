import type { Readable } from 'node:stream';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { PipedChunk } from '../launch/thread-message.js';

/** In the parent: the output of a thread. */
export class ThreadPipes {
  /** The thread's end: transfer it to the thread. */
  readonly theirs: MessagePort;
  readonly #port: MessagePort;
  readonly #streams = new Map<1 | 2, PipedStream>();
  /** The other end is closed, and all messages have arrived. Node 20 crashes if a closed port is read. */
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

  /** Takes what has been written so far. A blocked parent calls this, so that the writer does not wait for it. */
  drain(): void {
    if (this.#isClosed || this.#isOver) return;
    for (let one = receiveMessageOnPort(this.#port); one !== undefined; one = receiveMessageOnPort(this.#port)) {
      this.#take(one.message as PipedChunk);
    }
    for (const stream of this.#streams.values()) stream.acknowledge();
  }

  /** Adds output that did not come through the pipes. */
  add(fd: 1 | 2, bytes: Uint8Array): void {
    if (!this.#isOver) this.#streams.get(fd)?.readable.push(Buffer.from(bytes));
  }

  /** Ends the streams after what has been written so far. Idempotent. */
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
  /** Bytes that have arrived and are not yet acknowledged to the writer. */
  #unread = 0;

  constructor(onRead: (bytes: number) => void) {
    this.#onRead = onRead;
    // Loaded here: it is large, and most processes do not read the output of threads.
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
