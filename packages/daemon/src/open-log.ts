import { closeSync, constants, fstatSync } from 'node:fs';
import { DaemonError, isError, withoutDescriptorPath } from '@multiprocess/shared-memory';
import type { Settings } from './daemon-options.js';
import { FilePlace } from './file-place.js';

const { O_APPEND, O_CREAT, O_WRONLY } = constants;
const MODE = 0o666;

/**
 * Opens a file that output is appended to.
 *
 * @throws {@link DaemonError} with the system's error as `cause`, if it cannot be opened; also if another user has put another file or a
 * link in its place
 */
export function openLog(file: string): number {
  try {
    return FilePlace.at(file, (place) => {
      const fd = place.open(O_WRONLY | O_APPEND | O_CREAT, MODE);
      if (!place.isForeign(fstatSync(fd))) return fd;
      closeSync(fd);
      throw new DaemonError(`${file} was put there by another user: remove it, or name another file for the output`);
    });
  } catch (cause) {
    if (cause instanceof DaemonError) throw cause;
    throw new DaemonError(`Cannot open ${file} for output: ${withoutProcPath(cause, file)}`, undefined, { cause });
  }
}

/** The system's message, with the path that the caller gave instead of the one by which the file was opened. */
export function withoutProcPath(error: unknown, file: string): string {
  return withoutDescriptorPath(isError(error) ? error.message : String(error), file);
}

/** Opens the outputs of a daemon that is about to be started. If one cannot be opened, none is left open. */
export function openOutputs({ stdout, stderr }: Pick<Settings, 'stdout' | 'stderr'>): ('ignore' | number)[] {
  const opened: ('ignore' | number)[] = [];
  try {
    for (const file of [stdout, stderr]) opened.push(file === undefined ? 'ignore' : openLog(file));
    return opened;
  } catch (error) {
    for (const one of opened) if (one !== 'ignore') closeSync(one);
    throw error;
  }
}
