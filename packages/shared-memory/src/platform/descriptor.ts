import { checked } from '../base/errno.js';
import { native } from './platform.js';

// A descriptor has one owner, which closes it. Node's `fs.openSync` makes itself the owner of what a worker opens: it closes
// the number when the worker ends. So what native code or a stream of Node is to close, and what holds a lock, is opened
// here: it belongs to the calling thread's environment, which closes it natively when it ends, at whatever instruction the
// thread was terminated. Reading, writing and asking by `node:fs` is free to all.

/**
 * Opens a file, closed in programs that are started from here.
 *
 * @throws {Error} with `code`, as `fs.openSync` does
 */
export function openDescriptor(path: string, flags: number, mode = 0): number {
  return checked(native().open(path, flags, mode), 'open', path);
}

/** Closes what `openDescriptor()` opened, in the thread that opened it. */
export function closeDescriptor(fd: number): void {
  checked(native().close(fd), 'close');
}

/**
 * Gives a descriptor to a stream of Node, which closes it from then on. If `adopt` throws, or the thread is terminated
 * meanwhile, it is closed.
 */
export function handOver<T>(fd: number, adopt: () => T): T {
  let adopted: { readonly value: T } | undefined;
  checked(
    native().handOver(fd, () => {
      adopted = { value: adopt() };
    }),
    'adopt',
  );
  return adopted!.value;
}
