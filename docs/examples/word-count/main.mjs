import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SingleBar } from 'cli-progress';
import { Process, Queue } from 'multiprocess';
import { countFiles } from './count-files.mjs';
import { findFiles } from './find-files.mjs';
import { SharedTotals } from './shared-totals.mjs';
import { WordCounter } from './word-counter.mjs';

const BATCH_FILES = 16;
const PROGRESS_MS = 100;
const repository = fileURLToPath(new URL('../../..', import.meta.url));

const folders = process.argv.slice(2);
const paths = (folders.length > 0 ? folders : [join(repository, 'node_modules')]).flatMap((folder) => [
  ...findFiles(folder),
]);
const processCount = availableParallelism();

console.log(`Counting the words of ${paths.length} files with ${processCount} processes`);
const many = await timed(() => countWithProcesses(paths, processCount));
console.log('Counting them again with one process');
const one = await timed(() => countHere(paths));

console.log('\nThe ten most frequent words:');
for (const [word, times] of many.counter.top(10)) console.log(`${String(times).padStart(12)}  ${word}`);
console.log(`
${many.counter.words} words, ${many.counter.counts.size} different ones, in ${paths.length} files
${String(processCount).padStart(2)} processes  ${many.seconds.toFixed(2)} s
 1 process    ${one.seconds.toFixed(2)} s   (${(one.seconds / many.seconds).toFixed(2)} times as long)`);
const agree = many.counter.equals(one.counter);
console.log(agree ? 'Both counts agree to the last word.' : 'THE COUNTS DIFFER.');
process.exitCode = agree ? 0 : 1;

async function countWithProcesses(paths, count) {
  const batches = new Queue();
  const results = new Queue();
  const totals = new SharedTotals();
  const workers = Array.from(
    { length: count },
    () => new Process({ target: countFiles, args: [batches, results, totals.memory, totals.lock] }),
  );
  // Ctrl-C goes to every process of the terminal. The workers end by it; so do we, once they are gone.
  const onInterrupt = () => {
    for (const worker of workers) worker.terminate();
    process.exit(130);
  };
  process.once('SIGINT', onInterrupt);
  for (const worker of workers) worker.start();
  for (let i = 0; i < paths.length; i += BATCH_FILES) await batches.put(paths.slice(i, i + BATCH_FILES));
  batches.shutdown();

  const stopProgress = showProgress(paths.length, totals);
  const counter = new WordCounter();
  const ended = Promise.all(workers.map((worker) => worker.join())).then(() => results.shutdown());
  for await (const counts of results) counter.addAll(counts);
  await ended;
  stopProgress();
  process.off('SIGINT', onInterrupt);

  const failed = workers.find((worker) => worker.exitCode !== 0);
  if (failed !== undefined) throw new Error(`${failed.name} ended with ${failed.exitCode}`, { cause: failed.error });
  if (totals.words !== counter.words) throw new Error(`${totals.words} words in the totals, ${counter.words} received`);
  for (const shared of [batches, results, totals]) shared.close();
  return counter;
}

function countHere(paths) {
  const counter = new WordCounter();
  for (const path of paths) counter.addFile(path);
  return counter;
}

function showProgress(fileCount, totals) {
  const bar = new SingleBar({
    format: '{bar} {percentage}% | {value}/{total} files | {words} words | {eta_formatted} left',
    noTTYOutput: false,
  });
  bar.start(fileCount, 0, { words: 0 });
  const update = () => bar.update(totals.files, { words: totals.words });
  const timer = setInterval(update, PROGRESS_MS);
  return () => {
    clearInterval(timer);
    update();
    bar.stop();
  };
}

async function timed(count) {
  const start = performance.now();
  const counter = await count();
  return { counter, seconds: (performance.now() - start) / 1000 };
}
