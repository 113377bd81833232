// @ts-check
// The watchdog sits in a thread of the test process, since a test of a blocking call may block the main thread for ever.
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { relatedProcesses, whereabouts } from './whereabouts.mjs';

/** @typedef {{ begin: string, what: string, timeout: number } | { end: string }} Notice */

const { directory } = /** @type {{ directory: string }} */ (workerData);
const related = () => relatedProcesses(`MULTIPROCESS_DIR=${directory}`, process.pid);

// Just before the runner's own timeout, while all processes still are where they hang; and after it, if even that one did
// not get through because the thread is blocked.
const REPORT_BEFORE = 2_000;
const KILL_AFTER = 8_000;

/** @param {string} text */
function say(text) {
  // Not console.error, which goes through the main thread.
  let rest = Buffer.from(`${text}\n`);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(2, rest));
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EAGAIN') return;
    }
  }
}

/** @param {string} what */
function report(what) {
  say(`\nWATCHDOG: still at "${what}". Where each process is:\n${whereabouts(related(), directory)}\n`);
}

/** @param {string} what */
function end(what) {
  say(`\nWATCHDOG: "${what}" blocks its thread beyond its timeout: killing its processes and the test file.\n`);
  for (const pid of related().filter((pid) => pid !== process.pid)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended meanwhile
    }
  }
  process.kill(process.pid, 'SIGKILL');
}

/** @type {Map<string, NodeJS.Timeout[]>} */
const timers = new Map();

parentPort?.on('message', (/** @type {Notice} */ notice) => {
  if ('end' in notice) {
    timers.get(notice.end)?.forEach((timer) => clearTimeout(timer));
    timers.delete(notice.end);
    return;
  }
  const { begin, what, timeout } = notice;
  timers.set(begin, [
    setTimeout(report, Math.max(timeout - REPORT_BEFORE, timeout / 2), what),
    setTimeout(end, timeout + Math.min(KILL_AFTER, timeout), what),
  ]);
});
