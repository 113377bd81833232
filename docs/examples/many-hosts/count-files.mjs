import { task } from 'multiprocess';
import { WordCounter } from '../word-count/word-counter.mjs';

/** Runs in a process of its own: counts files until there are no more. The objects arrive live, wherever their server is. */
export const countFiles = task(
  import.meta,
  async function countFiles(
    /** @type {import('@multiprocess/redis').RedisJoinableQueue<string>} */ files,
    /** @type {import('@multiprocess/redis').RedisQueue<[path: string, counts: [word: string, times: number][]]>} */ results,
  ) {
    for await (const path of files) {
      const counter = new WordCounter();
      counter.addFile(path);
      await results.put([path, [...counter.counts]]);
      await files.taskDone(); // not before: a host that dies in between has another one count the file again
    }
  },
);
