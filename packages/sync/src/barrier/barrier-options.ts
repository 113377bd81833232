import { checkFunction, checkInteger, checkOptions, checkTimeout, NAME_OPTIONS } from '@multiprocess/shared-memory';
import type { NameOptions } from '@multiprocess/shared-memory';
import type { AnyFunction } from '@multiprocess/serialization';

/** How to create a {@link Barrier}. */
export interface BarrierOptions extends NameOptions {
  /** How many parties must arrive before all go on: 1 to 4096. */
  readonly parties: number;
  /**
   * Called once each time all parties have arrived, by one of them, before any goes on. A task is run by the last party to
   * arrive. Any other function is run by a party of the object that it was given to, so one of those must take part.
   * The async form awaits what it returns. Default: none.
   */
  readonly action?: (() => unknown) | undefined;
  /** Milliseconds for a wait without a `timeout` of its own. Default: for ever. */
  readonly timeout?: number | undefined;
}

/** How to attach to a {@link Barrier} of another program, with any number of parties. */
export interface BarrierToAttach {
  /** The name it was created with. */
  readonly name: string;
  readonly create: false;
}

/** Whether the options may create a barrier: they do not say `create: false`, or have `parties`. */
export function mayCreate(options: BarrierOptions | BarrierToAttach): options is BarrierOptions {
  return options.create !== false || (options as Partial<BarrierOptions>).parties !== undefined;
}

/** The most parties: as many as there can be threads. */
export const MAX_PARTIES = 4096;

/**
 * Checks the options.
 *
 * @throws {@link TypeError} if one is not of its type.
 * @throws {@link RangeError} if `parties` is out of range.
 */
export function checkBarrierOptions(options: BarrierOptions | BarrierToAttach): BarrierOptions | BarrierToAttach {
  const { create, parties, action, timeout } = checkOptions<Partial<BarrierOptions>>(options, '{ parties: 3 }', [
    ...NAME_OPTIONS,
    'parties',
    'action',
    'timeout',
  ]);
  if (action !== undefined) checkFunction('action', action);
  checkTimeout({ timeout });
  if (parties !== undefined || create !== false) checkInteger('parties', parties, { min: 1, max: MAX_PARTIES });
  return options;
}

/** An action. It is called without arguments. */
export type Action = AnyFunction & (() => unknown);
