import { types } from 'node:util';
import { ClosedError, ProcessStartError, threadTable } from '@multiprocess/shared-memory';
import type { SpawnSettings } from '../launch/process-options.js';
import type { Running } from './running.js';

/** What an object of `Process` is made of. */
export interface Parts {
  name: string;
  daemon: boolean;
  authkey: Uint8Array;
  readonly path: readonly number[];
  readonly target: ((...args: never[]) => unknown) | undefined;
  readonly args: readonly unknown[];
  readonly settings: SpawnSettings;
  running: Running | undefined;
  closed: boolean;
}

// Not private fields: an instance of a subclass arrives in its process as its class and properties, without constructor.
// One map for all copies of this package in a thread: the class may be of another than that which the child was started by.
export const parts = threadTable('@multiprocess/process parts 1', () => new WeakMap<object, Parts>(), types.isWeakMap);

export function partsOf(one: object): Parts {
  const found = parts.get(one);
  if (found !== undefined) return found;
  throw new TypeError('This Process was made by another process, and only that one can use it');
}

export function openPartsOf(one: object): Parts {
  const it = partsOf(one);
  if (it.closed) throw new ClosedError(`${it.name} has been closed here`);
  return it;
}

export function startedPartsOf(one: object): Running {
  const { running, name } = openPartsOf(one);
  if (running === undefined) throw new ProcessStartError(`${name} has not been started: call start() first`);
  return running;
}
