import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

/**
 * Whether a thread has ended before it had a life word, because its preloaded modules failed or exited. A parent that blocks
 * gets no event of that. So the thread gets one end of a channel, which closes with the thread. The other end is then closed
 * as well, and cannot be transferred any more, which the parent can test.
 */
export class ThreadBirth {
  /** The thread's end: transfer it to the thread. */
  readonly token: MessagePort;
  #port: MessagePort;
  #isOver = false;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.token = port2;
  }

  /** Whether the thread has ended, as far as that can be seen. Does not block. */
  get isOver(): boolean {
    if (this.#isOver) return true;
    receiveMessageOnPort(this.#port); // handles the message by which the other end closes this one
    try {
      this.#port = structuredClone(this.#port, { transfer: [this.#port] });
    } catch {
      this.#isOver = true;
    }
    return this.#isOver;
  }

  /** Call this when the end of the thread is known otherwise. */
  close(): void {
    this.#isOver = true;
    this.#port.close();
  }
}
