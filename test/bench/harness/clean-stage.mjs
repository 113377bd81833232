import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { relatedProcesses, whereabouts } from '../../helpers/runner/whereabouts.mjs';

const RUN = 'MULTIPROCESS_BENCH_RUN';
// The tests take away what else of ours turns up in shared memory while they run, but leave names like this alone.
const PREFIX = 'multiprocess-test-bench-';

/**
 * Gives the contenders directories of their own, through the environment: one for shared memory and one for other files.
 *
 * @returns {() => string} removes them, and says what had been left behind: processes, segments
 */
export function cleanStage() {
  const memory = process.platform === 'linux' ? '/dev/shm' : tmpdir();
  const segments = mkdtempSync(path.join(memory, PREFIX));
  const files = mkdtempSync(path.join(tmpdir(), PREFIX));
  const run = String(process.pid);
  Object.assign(process.env, { MULTIPROCESS_DIR: segments, MULTIPROCESS_BENCH_FILES: files, [RUN]: run });
  const remove = () => [segments, files].forEach((directory) => rmSync(directory, { recursive: true, force: true }));
  process.once('exit', remove);
  process.once('SIGINT', () => process.exit(130)); // the contenders end with their standard input
  return () => {
    const processes = process.platform === 'linux' ? relatedProcesses(`${RUN}=${run}`) : [];
    const left = processes.filter((pid) => pid !== process.pid);
    const hasSegments = existsSync(segments) && readdirSync(segments).length > 0; // the last user may remove it, too
    return left.length > 0 || hasSegments ? whereabouts(left, segments) : '';
  };
}
