// One cell of the crash matrix: pool-crash.mjs <pool> <way>. Prints `values/errors/pending, goes on` of eight tasks.
import { setTimeout as delay } from 'node:timers/promises';
import { startPool } from '../../harness/contender/pools.mjs';

const [, , kind = 'process', way = 'exit'] = process.argv;
const PATIENCE_MS = 20_000;

process.on('uncaughtException', () => undefined); // some pools tell of a dead worker that way, too
const pool = await startPool(kind, 2);
const pids = /** @type {number[]} */ (await Promise.all([pool.run('processId'), pool.run('processId')]));

/** @param {Promise<unknown>} promise */
const ending = (promise) =>
  Promise.race([
    promise.then(
      () => 'value',
      () => 'error',
    ),
    delay(PATIENCE_MS, 'pending', { ref: true }),
  ]);

if (way === 'idle worker killed') {
  const [pid = 0] = pids;
  if (pid !== process.pid) process.kill(pid, 'SIGKILL');
}
const fatal = way === 'idle worker killed' ? -1 : 3;
const endings = await Promise.all(
  Array.from({ length: 8 }, (_, i) => ending(i === fatal ? pool.run('dies', way) : pool.run('square', i))),
);
const after = await ending(pool.run('square', 1));
const count = (/** @type {string} */ what) => endings.filter((one) => one === what).length;
const verdict = after === 'value' ? 'goes on' : 'is dead';
process.stdout.write(`${count('value')}/${count('error')}/${count('pending')}, ${verdict}\n`, () =>
  process.kill(process.pid, 'SIGKILL'),
);
