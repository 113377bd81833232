// @ts-check
// Measures how long after the end of its holder a lock is had by one that sleeps for it, blocked (sync) or in its event loop:
//   node take-over.mjs <kills>
// Prints, for each form, the milliseconds of each kill, with the time in which the news travels here.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Lock } from '@multiprocess/sync';

const program = fileURLToPath(new URL('../../crash/fixtures/hold-lock.mjs', import.meta.url));

/**
 * @param {Lock} lock
 * @param {string} form
 */
function start(lock, form) {
  const child = spawn(process.execPath, [program, lock.handle, form], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  /** @param {string} expected */
  const line = async (expected) => {
    const { value } = await lines.next();
    if (value !== expected) throw new Error(`Expected "${expected}" of the child, received "${value}"`);
  };
  return { child, line };
}

/** @param {number | undefined} pid */
function isAsleep(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat[stat.lastIndexOf(')') + 2] === 'S';
}

/**
 * @param {string} form
 * @param {number} kills
 */
async function measure(form, kills) {
  const lock = new Lock(); // plain JavaScript, which has no `using` before Node 24
  /** @type {number[]} */
  const times = [];
  // The waiter of one kill is the holder of the next.
  let holder = start(lock, form);
  await holder.line('holds, ownerDied false');
  for (let kill = 0; kill < kills; kill++) {
    const waiter = start(lock, form);
    await waiter.line('waits');
    while (!isAsleep(waiter.child.pid)) await setImmediate();
    const begin = performance.now();
    holder.child.kill('SIGKILL');
    await waiter.line('holds, ownerDied true');
    times.push(Math.round((performance.now() - begin) * 10) / 10);
    holder = waiter;
  }
  holder.child.kill('SIGKILL');
  lock.close();
  return times;
}

const kills = Number(process.argv[2]);
console.log(JSON.stringify({ async: await measure('async', kills), sync: await measure('sync', kills) }));
