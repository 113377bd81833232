import { closeSync, openSync } from 'node:fs';
import { throwIfErrno } from '../base/errno.js';
import { hostName } from '../base/host.js';
import { native } from './platform.js';

// Each descriptor has one owner, which closes it. What a worker opens by `fs.openSync`, Node closes by number when the worker
// ends. So descriptors that native code or a stream of Node closes, and those that hold a lock, are opened here. They belong
// to the environment of the calling thread, which closes them natively when it ends, at whatever instruction the thread was
// terminated. All code may read, write and stat them by `node:fs`.
//
// In Deno `node:fs` knows only what it has opened itself, and closes that with the object that holds it, never by number.
const byNode = hostName === 'Deno';

/** Opens a file. Child programs do not inherit the descriptor. @throws {@link Error} with `code`, as `fs.openSync` does */
export function openDescriptor(path: string, flags: number, mode = 0): number {
  if (byNode) return openSync(path, flags, mode);
  return throwIfErrno(native().open(path, flags, mode), 'open', path);
}

/** Closes a descriptor of `openDescriptor`, in the thread that opened it. */
export function closeDescriptor(fd: number): void {
  if (byNode) closeSync(fd);
  else throwIfErrno(native().close(fd), 'close');
}

/**
 * Gives a descriptor to a stream of Node, which closes it from then on. It is closed here if `adopt` throws, or the thread is
 * terminated meanwhile.
 */
export function handOver<T>(fd: number, adopt: () => T): T {
  let adopted: { readonly value: T } | undefined;
  throwIfErrno(
    native().handOver(fd, () => {
      adopted = { value: adopt() };
    }),
    'adopt',
  );
  return adopted!.value;
}
