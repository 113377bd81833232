import { Lock, SharedMemory } from 'multiprocess';

const FILES = 0;
const WORDS = 1;

/** Files and words counted so far, by all processes together. */
export class SharedTotals {
  constructor(memory = new SharedMemory({ size: 16 }), lock = new Lock()) {
    this.memory = memory;
    this.lock = lock;
    this.numbers = new Float64Array(memory.buffer);
  }

  /** Adds to both. Reading, adding and writing are three steps; the lock makes them one. */
  add(files, words) {
    this.lock.runSync(() => {
      this.numbers[FILES] += files;
      this.numbers[WORDS] += words;
    });
  }

  get files() {
    return this.numbers[FILES];
  }

  get words() {
    return this.numbers[WORDS];
  }

  close() {
    this.lock.close();
    this.memory.close();
  }
}
