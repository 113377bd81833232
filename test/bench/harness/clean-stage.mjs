import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { relatedProcesses, whereabouts } from '../../helpers/runner/whereabouts.mjs';

const RUN = 'MULTIPROCESS_BENCH_RUN';
// The tests take away what else of ours turns up in shared memory while they run, but leave names like this alone.
const PREFIX = 'multiprocess-test-bench-';
const MAX_ENDING_MS = 5_000;

/**
 * The variables of a contender over another backend. Programs that share a directory have to have the same one.
 *
 * @param {string} backend
 */
export function environmentOver(backend) {
  return { MULTIPROCESS_NATIVE: backend, MULTIPROCESS_DIR: `${process.env['MULTIPROCESS_DIR']}-${backend}` };
}

/**
 * Gives the contenders directories of their own, through the environment: one for shared memory and one for other files;
 * and takes from them what would slow down the start of every Node.
 *
 * @returns {() => Promise<string>} removes them, and says what had been left behind: processes, segments
 */
export function cleanStage() {
  const memory = process.platform === 'linux' ? '/dev/shm' : tmpdir();
  const segments = mkdtempSync(path.join(memory, PREFIX));
  const beside = `${segments}-posix`;
  mkdirSync(beside, { mode: 0o700 });
  const files = mkdtempSync(path.join(tmpdir(), PREFIX));
  const run = String(process.pid);
  Object.assign(process.env, { MULTIPROCESS_DIR: segments, MULTIPROCESS_BENCH_FILES: files, [RUN]: run });
  // Node 20 reads these certificates when it starts, which takes longer than all else that a bare process does.
  Reflect.deleteProperty(process.env, 'NODE_EXTRA_CA_CERTS');
  const remove = () =>
    [segments, beside, files].forEach((directory) => rmSync(directory, { recursive: true, force: true }));
  process.once('exit', remove);
  process.once('SIGINT', () => process.exit(130)); // the contenders end with their standard input
  return async () => {
    const related = () => relatedProcesses(`${RUN}=${run}`).filter((pid) => pid !== process.pid);
    let left = process.platform === 'linux' ? related() : [];
    // The second process of a contender ends when it finds that the first one has.
    for (const end = Date.now() + MAX_ENDING_MS; left.length > 0 && Date.now() < end; left = related()) await delay(20);
    // The last user may remove it, too.
    const used = [segments, beside].filter((one) => existsSync(one) && readdirSync(one).length > 0);
    if (left.length === 0 && used.length === 0) return '';
    return whereabouts(left, used[0] ?? segments);
  };
}
