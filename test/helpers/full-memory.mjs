// For programs that are run in a mount namespace of their own: shared memory of some MiB, which can be filled up.
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const PAGE = new Uint8Array(4096).fill(1);

/**
 * Mounts shared memory of its own, before anything uses any.
 *
 * @param {string} directory
 * @param {string} size
 */
export function mountMemory(directory, size) {
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=700`, 'tmpfs', directory]);
  if (mount.status !== 0) throw new Error('cannot mount');
  process.env['MULTIPROCESS_DIR'] = directory;
  const filler = join(directory, 'filler');
  return {
    /** Leaves no page. */
    fill() {
      const file = openSync(filler, 'w');
      try {
        for (;;) writeSync(file, PAGE);
      } catch {
        closeSync(file);
      }
    },
    /** Gives all of that back. */
    free() {
      rmSync(filler);
    },
  };
}

/**
 * What a call comes to: the type of its value, or the code of its error.
 *
 * @param {() => unknown} call
 */
export async function outcomeOf(call) {
  try {
    return typeof (await call());
  } catch (error) {
    return /** @type {any} */ (error).code ?? String(error);
  }
}
