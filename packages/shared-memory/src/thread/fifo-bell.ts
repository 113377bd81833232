import { constants } from 'node:fs';
import { join } from 'node:path';
import { systemErrorOf } from '../base/errno.js';
import { ensureDirectory } from '../files/directory.js';
import { removeIfPresent } from '../files/segment-file.js';
import { closeDescriptor, openDescriptor } from '../platform/descriptor.js';
import { native } from '../platform/platform.js';
import { listenTo } from './bell-ear.js';
import type { BellEar } from './bell-ear.js';
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
  readonly #ear: BellEar;
  number: number | undefined;

  constructor({ directory, name }: BellPlace, onRing: () => void) {
    this.#path = join(directory, name);
    removeIfPresent(this.#path); // left by an attempt that got no descriptor
    makeFifo(directory, this.#path);
    // Opened for writing, too: otherwise it would report end of file when the last ringer closes it.
    const fd = openDescriptor(this.#path, O_RDWR | O_NONBLOCK);
    this.#ear = listenTo(fd, onRing, () => (this.number = undefined));
    this.number = fd;
  }

  ref(): void {
    this.#ear.ref();
  }

  unref(): void {
    this.#ear.unref();
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
