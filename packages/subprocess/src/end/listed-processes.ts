import { spawnSync } from 'node:child_process';
import { hasErrorCode, runningProcesses, UnsupportedPlatformError } from '@multiprocess/shared-memory';
import type { ProcessStat } from '@multiprocess/shared-memory';

/** All running processes, for {@link signalTree}: as the kernel shows them, or where it does not, by the tool that each system of POSIX has. */
export function listedProcesses(): readonly ProcessStat[] {
  try {
    return runningProcesses();
  } catch (error) {
    if (!hasErrorCode(error, 'ENOENT') && !(error instanceof UnsupportedPlatformError)) throw error;
    return processesByTool();
  }
}

/** What `ps` tells of them: no more than which started which. */
export function processesByTool(): readonly ProcessStat[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=', '-o', 'ppid='], { encoding: 'latin1' });
  const table = (stdout as string | null) ?? ''; // null if it is missing
  return [...table.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm)].map(([, pid, parent]) => ({
    pid: Number(pid),
    parent: Number(parent),
    startedAt: '',
    state: '',
    threads: 1,
  }));
}
