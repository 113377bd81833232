import type { NameOptions } from '@multiprocess/shared-memory';
import { inspect } from 'node:util';
import { optionsOf } from '@multiprocess/shared-memory';
import type { AnyFunction } from '@multiprocess/serialization';

/** What to make a {@link Barrier} with. */
export interface BarrierOptions extends NameOptions {
  /** How many parties must arrive before all go on: 1 to 4096. */
  readonly parties: number;
  /**
   * Called once each time all have arrived, by one of them, before any goes on. A task can be run by any party, the last
   * one runs it; another function by the parties of the object it was given to, one of which must be among those who
   * wait. What awaits also waits for what it returns. Default: none.
   */
  readonly action?: (() => unknown) | undefined;
  /** Milliseconds for a wait that does not say it. Default: for ever. */
  readonly timeout?: number | undefined;
}

/** What to attach to a {@link Barrier} with that another program makes: it says how many parties there are. */
export interface BarrierToAttach {
  /** Under which it was made. */
  readonly name: string;
  readonly create: false;
}

/** Whether they say how many parties there are. */
export function isToBeMade(options: BarrierOptions | BarrierToAttach): options is BarrierOptions {
  return options.create !== false || (options as Partial<BarrierOptions>).parties !== undefined;
}

/** The most parties: as many as there can be threads. */
export const MAX_PARTIES = 4096;

/**
 * The options, checked.
 *
 * @throws {TypeError} If one is not of its type.
 * @throws {RangeError} If `parties` is out of range.
 */
export function checkBarrierOptions(options: unknown): BarrierOptions | BarrierToAttach {
  const given = options as Readonly<Record<string, unknown>> | undefined;
  const { parties, action, timeout } = optionsOf(given, '{ parties: 3 }');
  if (parties === undefined && given?.['create'] === false) return options as BarrierToAttach;
  if (typeof parties !== 'number') throw new TypeError(`parties must be a number, received ${inspect(parties)}`);
  if (!Number.isInteger(parties) || parties < 1 || parties > MAX_PARTIES) {
    throw new RangeError(`parties must be a whole number from 1 to ${MAX_PARTIES}, received ${parties}`);
  }
  if (action !== undefined && typeof action !== 'function') {
    throw new TypeError(`action must be a function, received ${inspect(action)}`);
  }
  if (timeout !== undefined && (typeof timeout !== 'number' || Number.isNaN(timeout))) {
    throw new TypeError(`timeout must be a number of milliseconds, received ${inspect(timeout)}`);
  }
  return options as BarrierOptions;
}

/** An action as it is called: without arguments. */
export type Action = AnyFunction & (() => unknown);
