import { QueueShutDownError, task } from 'multiprocess';
import { SharedTotals } from './shared-totals.mjs';
import { WordCounter } from './word-counter.mjs';

/** So many different words are sent at a time: often enough to keep memory small, seldom enough to cost nothing. */
const PARTIAL_RESULT_WORDS = 20_000;

/** Runs in a process of its own: counts the files whose paths it gets until there are no more, and sends what it found. */
export const countFiles = task(import.meta, function countFiles(batches, results, memory, lock) {
  const totals = new SharedTotals(memory, lock);
  let counter = new WordCounter();
  const send = () => {
    results.putSync([...counter.counts]);
    counter = new WordCounter();
  };
  for (const paths of untilShutDown(batches)) {
    let words = 0;
    for (const path of paths) words += counter.addFile(path);
    totals.add(paths.length, words);
    if (counter.counts.size > PARTIAL_RESULT_WORDS) send();
  }
  send();
});

function* untilShutDown(queue) {
  for (;;) {
    try {
      yield queue.getSync();
    } catch (error) {
      if (error instanceof QueueShutDownError) return;
      throw error;
    }
  }
}
