import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SpawnSyncReturns } from 'node:child_process';

/**
 * Runs a program with both outputs in one file, and gives its content as `stdout`: for blocking calls on Windows, where the outputs can
 * share neither a pipe of Node nor one of a shell. What is more than `max` bytes is left out, with the error ENOBUFS as if a pipe had it.
 *
 * @param start gets a descriptor of the file
 */
export function withOutputFile(max: number, start: (fd: number) => SpawnSyncReturns<Buffer>): SpawnSyncReturns<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), 'multiprocess-output-'));
  const fd = openSync(join(directory, 'both'), 'ax+', 0o600);
  try {
    const result = start(fd);
    const { size } = fstatSync(fd);
    const stdout = Buffer.alloc(Math.min(size, max));
    for (let at = 0; at < stdout.length;) {
      const count = readSync(fd, stdout, at, stdout.length - at, at);
      if (count === 0) break;
      at += count;
    }
    const isTooMuch = size > max && result.error === undefined;
    return { ...result, stdout, ...(isTooMuch && { error: Object.assign(new Error('ENOBUFS'), { code: 'ENOBUFS' }) }) };
  } finally {
    closeSync(fd);
    removeUnlessInUse(directory);
  }
}

/** Windows does not remove a file that a program left behind in the background still has open. */
function removeUnlessInUse(directory: string): void {
  try {
    rmSync(directory, { recursive: true });
  } catch {
    // Its remains are in the system's directory for temporary files.
  }
}
