import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Takes all that is left of a small file system. */
export class Filler {
  #path;

  /** @param {string} directory */
  constructor(directory) {
    this.#path = path.join(directory, 'filler');
  }

  fill() {
    const block = Buffer.alloc(4096, 1);
    let descriptor;
    try {
      descriptor = openSync(this.#path, 'w');
      for (;;) writeSync(descriptor, block);
    } catch {
      // it is full, down to the last block
    } finally {
      if (descriptor !== undefined) closeSync(descriptor);
    }
  }

  empty() {
    rmSync(this.#path, { force: true });
  }
}
