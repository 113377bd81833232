// What hosts have installed: a package whose exports are tasks.
import { readFileSync } from 'node:fs';
import { task } from 'multiprocess';

/** How many words are in a file. */
export const countWords = task(
  import.meta,
  /** @param {string} file */ function countWords(file) {
    return readFileSync(file, 'utf8').match(/\p{L}+/gu)?.length ?? 0;
  },
);
