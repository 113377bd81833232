import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

/**
 * Whether a thread has ended that never came so far as to have a life word: its preloaded modules failed, or exited. A
 * parent that blocks gets no event of it. But the thread is given one end of a channel, which closes with it, and whether
 * the other end is closed can be found out: then it cannot be moved.
 */
export class ThreadBirth {
  /** To be given to the thread, by moving it. */
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
    receiveMessageOnPort(this.#port); // takes note of the other end's closing, which is a message
    try {
      this.#port = structuredClone(this.#port, { transfer: [this.#port] });
    } catch {
      this.#isOver = true;
    }
    return this.#isOver;
  }

  /** The end of the thread is known otherwise from now on. */
  close(): void {
    this.#isOver = true;
    this.#port.close();
  }
}
