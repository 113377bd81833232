import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainProcess, Pool } from 'multiprocess';
import { linesOf, wordsIn } from './stages.mjs';

const LIBRARY = dirname(fileURLToPath(import.meta.resolve('typescript')));

if (isMainProcess) await main();

async function main() {
  const paths = readdirSync(LIBRARY)
    .filter((name) => name.endsWith('.d.ts'))
    .map((name) => join(LIBRARY, name));
  const readers = new Pool({ processes: 1, runtime: 'thread' });
  const counters = new Pool({ processes: 2 });

  const total = new Map();
  const texts = readers.imap(linesOf, paths);
  // In whatever order they are done: adding up does not care.
  for await (const counts of counters.imapUnordered(wordsIn, texts)) add(total, counts);
  for (const pool of [readers, counters]) pool.close();
  for (const pool of [readers, counters]) await pool.join();

  const here = new Map();
  for (const path of paths) add(here, wordsIn(linesOf(path)));
  const [word, times] = [...total].reduce((most, one) => (one[1] > most[1] ? one : most));
  console.log(`${paths.length} files, ${total.size} different words, "${word}" ${times} times`);
  const agree = total.size === here.size && [...here].every(([one, count]) => total.get(one) === count);
  console.log(agree ? 'The pipeline and one process agree.' : 'THE COUNTS DIFFER.');
  process.exitCode = agree ? 0 : 1;
}

function add(total, counts) {
  for (const [word, times] of counts) total.set(word, (total.get(word) ?? 0) + times);
}
