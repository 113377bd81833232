import { closeDescriptor, handOver } from '@multiprocess/shared-memory';
import type { Socket } from 'node:net';
import type { PipeEnd, ProgramPipe } from './support.js';

// Closes descriptors whose owners have become unreachable.
const forgotten = new FinalizationRegistry<number>((fd) => {
  closeDescriptor(fd);
});

/** This process's end, a descriptor. It is only that until the stream is used, so that nothing is read before. */
class DescriptorEnd implements PipeEnd {
  readonly #side: 'readable' | 'writable';
  readonly #fd: number;
  #stream: Socket | undefined;
  #closed = false;

  constructor(fd: number, side: 'readable' | 'writable') {
    this.#fd = fd;
    this.#side = side;
    forgotten.register(this, fd, this);
  }

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

/**
 * A pipe of the kernel, not the pair of sockets that Node makes for `'pipe'`. So a program can open `/dev/stdin` and `/dev/stdout`, both
 * outputs can share a pipe, and Node does not discard unread output when the program ends. Both descriptors belong to the calling thread.
 */
export class DescriptorPipe implements ProgramPipe {
  readonly childSide: number;
  readonly end: PipeEnd;
  #isOpen = true;

  constructor(readEnd: number, writeEnd: number, side: 'readable' | 'writable') {
    const [own, other] = side === 'readable' ? [readEnd, writeEnd] : [writeEnd, readEnd];
    this.childSide = other;
    this.end = new DescriptorEnd(own, side);
  }

  /** A pipe does not end while this process has the program's end open. */
  handedOver(): void {
    if (this.#isOpen) closeDescriptor(this.childSide);
    this.#isOpen = false;
  }
}
