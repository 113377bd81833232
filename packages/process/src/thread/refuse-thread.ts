import type { ResourceLimits } from 'node:worker_threads';
import {
  addressesLeft,
  host,
  hostName,
  ProcessStartError,
  UnsupportedPlatformError,
} from '@multiprocess/shared-memory';

/** From this version of Node on, a process that was started from a snapshot aborts when one of its threads loads a stream. */
const FIRST_TO_ABORT = 22;

/**
 * Call this before a thread is started.
 *
 * @throws {@link ProcessStartError} if Node would abort the process because of the thread.
 */
export function refuseAbortingThread(name: string): void {
  const isFromSnapshot = process.execArgv.some((argument) => /^--snapshot-blob(=|$)/.test(argument));
  if (!isFromSnapshot || Number.parseInt(process.versions.node, 10) < FIRST_TO_ABORT) return;
  throw new ProcessStartError(
    `${name} cannot be started as a thread: this process was started from a snapshot (--snapshot-blob), and Node ${process.versions.node} aborts such a process when a thread loads streams. Use runtime: 'process'`,
  );
}

/** V8 reserves addresses for the code and the heap of a thread, and aborts the process if it does not get them: 580 MiB were measured. */
const THREAD_ADDRESSES = 640 * 2 ** 20;

/**
 * Call this before a thread is started.
 *
 * @throws {@link ProcessStartError} if V8 would abort the process for want of addresses.
 */
export function refuseWithoutAddresses(name: string): void {
  const left = addressesLeft();
  if (left >= THREAD_ADDRESSES || hostName !== 'Node') return;
  throw new ProcessStartError(
    `${name} cannot be started as a thread: of the addresses to which this process is limited, ${left} bytes are left, and V8 aborts the process if a thread has less than some ${THREAD_ADDRESSES}. Raise the limit (ulimit -v), or use runtime: 'process'`,
  );
}

/**
 * Call this before a thread is started with limits of its own.
 *
 * @throws {@link UnsupportedPlatformError} if the runtime would let it take more all the same.
 */
export function refuseUnkeptLimits(name: string, limits: ResourceLimits | undefined): void {
  if (hostName !== 'Bun' || Object.values(limits ?? {}).every((limit) => limit === undefined)) return;
  throw new UnsupportedPlatformError(
    `${name} cannot be started as a thread with resourceLimits: ${host} does not keep to them. Leave them out, or run the program on Node`,
  );
}
