import { types } from 'node:util';
import { threadTable } from '../runtime/thread-table.js';
import type { Carrier } from './transfers.js';

/** Whether a living thread can take what is in the ring there, now or later. */
type HasReceiver = (carrier: Carrier) => boolean;

// Of all copies of this package in the thread, as the kinds of objects are.
const kinds = threadTable('@multiprocess/receivers 1', () => new Map<string, HasReceiver>(), types.isMap);

/** Registers how to ask whether rings in segments of that kind still have a receiver. */
export function registerReceivers(kind: string, hasReceiver: HasReceiver): void {
  if (!kinds.has(kind)) kinds.set(kind, hasReceiver);
}

/**
 * Whether what is in the ring can still be taken, as far as this thread can tell: of a kind that is not registered here, it can as long as
 * a process has the ring.
 */
export function hasReceiver(carrier: Carrier): boolean {
  return kinds.get(carrier.kind)?.(carrier) ?? true;
}
