import { constants } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { systemErrorOf } from '../base/errno.js';
import { ensureDirectory } from '../files/directory.js';
import { removeIfPresent } from '../files/segment-file.js';
import { closeDescriptor, handOver, openDescriptor } from '../platform/descriptor.js';
import { native } from '../platform/platform.js';
import type { BellPlace, Bells, Ear } from './bell.js';

const { O_NONBLOCK, O_RDWR, O_WRONLY } = constants;

/** A FIFO that the event loop reads. */
export const fifoBells: Bells = {
  hear: (place, onRing) => new FifoEar(place, onRing),
  open: ({ directory, name }) => openDescriptor(join(directory, name), O_WRONLY | O_NONBLOCK),
  close: closeDescriptor,
};

class FifoEar implements Ear {
  readonly #path: string;
  readonly #socket: Socket;
  number: number | undefined;

  constructor({ directory, name }: BellPlace, onRing: () => void) {
    this.#path = join(directory, name);
    removeIfPresent(this.#path); // left by an attempt that got no descriptor
    makeFifo(directory, this.#path);
    // Opened for writing, too: otherwise it would report end of file when the last ringer closes it.
    const fd = openDescriptor(this.#path, O_RDWR | O_NONBLOCK);
    const onread = { buffer: new Uint8Array(64), callback: () => (onRing(), true) };
    const { Socket } = process.getBuiltinModule('node:net'); // loaded at the first wait: most children never wait
    const options = { fd, readable: true, writable: false, onread };
    this.#socket = handOver(fd, () => new Socket(options as ConstructorParameters<typeof Socket>[0]));
    this.number = fd;
    this.#socket.on('error', () => undefined); // the 100 ms re-check goes on without it
    this.#socket.on('close', () => (this.number = undefined));
    this.#socket.unref();
  }

  ref(): void {
    this.#socket.ref();
  }

  unref(): void {
    this.#socket.unref();
  }

  remove(): void {
    removeIfPresent(this.#path);
  }
}

/** Makes a FIFO, and its directory if that was removed. */
function makeFifo(directory: string, path: string): void {
  const ENOENT = -2; // everywhere
  let made = native().makeFifo(path);
  if (made === ENOENT) {
    ensureDirectory(directory);
    made = native().makeFifo(path);
  }
  if (made < 0) throw systemErrorOf(made, 'mkfifo', path);
}
