import type { Socket } from 'node:net';
import { closeDescriptor, handOver } from '@multiprocess/shared-memory';

// Closes descriptors whose owners have become unreachable.
const forgotten = new FinalizationRegistry<number>((fd) => {
  closeDescriptor(fd);
});

/**
 * This process's end of a pipe to a program. It is only a descriptor until the stream is used, so that nothing is read before.
 */
export class PipeEnd {
  readonly #side: 'readable' | 'writable';
  readonly #fd: number;
  #stream: Socket | undefined;
  #closed = false;

  constructor(fd: number, side: 'readable' | 'writable') {
    this.#fd = fd;
    this.#side = side;
    forgotten.register(this, fd, this);
  }

  /** Always the same one. */
  get stream(): Socket {
    if (this.#stream !== undefined) return this.#stream;
    const { Socket } = process.getBuiltinModule('node:net'); // loaded with the first stream
    if (this.#closed) return (this.#stream = new Socket().destroy());
    const options = { fd: this.#fd, readable: this.#side === 'readable', writable: this.#side === 'writable' };
    forgotten.unregister(this);
    this.#stream = handOver(this.#fd, () => new Socket(options));
    // A program that ends, or closes its input, without reading everything must not cause an uncaught error here.
    if (options.writable) this.#stream.on('error', () => undefined);
    return this.#stream;
  }

  get isStream(): boolean {
    return this.#stream !== undefined;
  }

  /** Unread data is lost. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#stream !== undefined) {
      this.#stream.destroy();
      return;
    }
    forgotten.unregister(this);
    closeDescriptor(this.#fd);
  }
}
