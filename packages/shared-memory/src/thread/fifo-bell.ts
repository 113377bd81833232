import { constants } from 'node:fs';
import { join } from 'node:path';
import { hasErrorCode, throwIfErrno } from '../base/errno.js';
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
    const fd = make(directory, this.#path);
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

/** A directory may be replaced between two calls of the system, but hardly so often in a row. */
const MOST_TRIES = 10;

/** Makes a FIFO, and its directory if that was removed, and opens it. Again if it is taken away in between. */
function make(directory: string, path: string): number {
  for (let tries = 1; ; tries++) {
    try {
      removeIfPresent(path); // left by an attempt that got no descriptor
      throwIfErrno(native().makeFifo(path), 'mkfifo', path);
      // Opened for writing, too: otherwise it would report end of file when the last ringer closes it.
      return openDescriptor(path, O_RDWR | O_NONBLOCK);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT') || tries === MOST_TRIES) throw error;
      ensureDirectory(directory);
    }
  }
}
