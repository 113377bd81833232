// What becomes of tasks when workers die: eight tasks on two workers, the fourth of which ends its worker, or an idle worker
// that is killed before. Prints, for each pool, how many settled with a value, with an error, or not within 20 s, and whether
// the pool runs a task afterwards. node test/bench/questions/work/pool-crash.mjs [<part of a pool's name>…]
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { markdownTable } from '../../harness/report/table.mjs';

const WAYS = ['exit', 'SIGKILL', 'abort', 'out of memory', 'idle worker killed'];
const POOLS = ['process', 'thread', 'tinypool-process', 'tinypool-thread', 'workerpool', 'piscina'];

/** @param {string} program @param {string[]} args */
function outcome(program, args) {
  // It kills itself once it has said what became of them: some pools would keep it.
  const { stdout } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '--max-old-space-size=100' }, // or running out of memory takes minutes
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 60_000,
    killSignal: 'SIGKILL',
  });
  const said = stdout.trim();
  return said === '' ? 'the program ended' : said.slice(said.lastIndexOf('\n') + 1);
}

const contender = fileURLToPath(new URL('../../contenders/work/pool-crash.mjs', import.meta.url));
const python = fileURLToPath(new URL('../../python/pool_crash.py', import.meta.url));
const asked = process.argv.slice(2);
const isAsked = (/** @type {string} */ name) => asked.length === 0 || asked.some((part) => name.includes(part));
const rows = [['', ...WAYS]];
for (const pool of POOLS.filter(isAsked)) {
  // Ending the process ends all threads of it, the caller's, too.
  const waysOfThreads = ['exit', 'out of memory'];
  const cell = (/** @type {string} */ way) =>
    /thread|piscina/.test(pool) && !waysOfThreads.includes(way)
      ? '—'
      : outcome(process.execPath, [contender, pool, way]);
  rows.push([pool, ...WAYS.map(cell)]);
}
for (const pool of ['pool', 'executor'].filter((name) => isAsked(`CPython ${name}`))) {
  const cell = (/** @type {string} */ way) => (way === 'out of memory' ? '—' : outcome('python3', [python, pool, way]));
  rows.push([`CPython ${pool}`, ...WAYS.map(cell)]);
}
console.log(markdownTable(rows).join('\n'));
