import { types } from 'node:util';
import {
  checkBoolean,
  checkFunction,
  checkOptions,
  checkString,
  ClosedError,
  ProcessStartError,
  threadTable,
} from '@multiprocess/shared-memory';
import { identity, nextNumber } from '../launch/identity.js';
import { checkedArguments, checkedSpawnSettings, PROCESS_OPTIONS } from '../launch/process-options.js';
import type { ProcessOptions, SpawnSettings } from '../launch/process-options.js';
import type { Running } from './running.js';

/** The state of a `Process` object. */
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

// Not private fields: an instance of a subclass arrives in its process without a constructor call. One map for all copies of
// this package in a thread: the class may belong to another copy than the one that started the child.
const parts = threadTable('@multiprocess/process parts 1', () => new WeakMap<object, Parts>(), types.isWeakMap);

/** Gives a new `Process` its state. @throws {@link TypeError} if an option is not of its type. */
export function createParts<A extends readonly unknown[]>(one: object, options: ProcessOptions<A>): void {
  const { authkey, path: parents, daemon: inherited } = identity();
  const {
    target,
    name: given,
    daemon = inherited,
  } = checkOptions(options, '{ target: work, args: [1] }', PROCESS_OPTIONS);
  if (target !== undefined) checkFunction('target', target);
  if (given !== undefined) checkString('name', given);
  checkBoolean('daemon', daemon);
  const args = checkedArguments(options.args);
  const settings = checkedSpawnSettings(options);
  const path = [...parents, nextNumber()];
  const name = given ?? `Process-${path.join(':')}`;
  parts.set(one, {
    name,
    daemon,
    authkey,
    path,
    target,
    args,
    settings,
    running: undefined,
    closed: false,
  });
}

/** In the child: gives an instance that has arrived without a constructor call the state of the calling process. */
export function adoptParts(one: object, target: Parts['target'], args: readonly unknown[], running: Running): void {
  const { name, daemon, authkey, path } = identity();
  parts.set(one, { name, daemon, authkey, path, target, args, settings: {}, running, closed: false });
}

/** @throws {@link TypeError} if another process made the object. */
export function partsOf(one: object): Parts {
  const found = parts.get(one);
  if (found !== undefined) return found;
  throw new TypeError('This Process was created by another process: only that process can use it');
}

/** @throws {@link ClosedError} if it has been closed. */
export function openPartsOf(one: object): Parts {
  const it = partsOf(one);
  if (it.closed) throw new ClosedError(`${it.name} has been closed here`);
  return it;
}

/** @throws {@link ProcessStartError} if it has not been started. */
export function startedPartsOf(one: object): Running {
  const { running, name } = openPartsOf(one);
  if (running === undefined) throw new ProcessStartError(`${name} has not been started: call start() first`);
  return running;
}
