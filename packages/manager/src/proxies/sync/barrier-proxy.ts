import type { BarrierMethods, BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
import { checkBlockingTimeout, checkSignal, checkTimeout } from '@multiprocess/shared-memory';
import { registerProxy } from '../attach-proxy.js';
import { defineForms, wireTimeout } from '../forms.js';
import type { Forms } from '../forms.js';
import { ManagerProxy } from '../manager-proxy.js';
import { methodView } from '../method-view.js';
import type { MethodView } from '../method-view.js';

/** What {@link BarrierProxy} has in `sync`. */
export interface BarrierView extends BarrierMethods {
  /** Waits until all parties have arrived. @returns a number from 0 on, a different one for each party */
  wait(options?: BlockOptions): number;
}

/** A barrier in a manager. A party whose client ends breaks it. */
export type BarrierProxy = ManagerProxy &
  Forms<BarrierMethods> & {
    /**
     * Waits until all parties have arrived; the last one runs the barrier's action first.
     *
     * @returns a number from 0 on, a different one for each party
     * @throws {@link BrokenBarrierError} if it is broken, or breaks meanwhile, as it does after a timeout.
     * @throws {@link ManagerClosedError} if the manager is gone, or goes meanwhile.
     * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted; the other parties wait on
     */
    wait(options?: WaitOptions): Promise<number>;
    /** Like `wait`, but blocks the thread, and with it the event loop. */
    waitSync(options?: BlockOptions): number;
    /** The same methods, which block the thread. */
    readonly sync: MethodView<BarrierView>;
  };

class Implementation extends ManagerProxy {
  protected readonly kind = 'BarrierProxy';

  get sync(): MethodView<BarrierView> {
    return methodView<BarrierView>(this);
  }

  async wait(options?: WaitOptions): Promise<unknown> {
    return this.call('wait', timeoutArgument(options, checkTimeout), checkSignal(options));
  }

  waitSync(options?: BlockOptions): unknown {
    return this.callSync('wait', timeoutArgument(options, checkBlockingTimeout));
  }
}

defineForms(Implementation.prototype, [
  'reset',
  'abort',
  'parties',
  'waiting',
  'broken',
] satisfies (keyof BarrierMethods)[]);

/** Barriers in managers; made by {@link Manager.barrier}. */
export const BarrierProxy = Object.assign(Implementation, {
  /** The proxy that a handle stands for. @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  attach: registerProxy('BarrierProxy', Implementation) as unknown as (handle: string) => BarrierProxy,
});

/** Without one the barrier's own holds. */
function timeoutArgument(
  options: WaitOptions | undefined,
  parse: (options: WaitOptions | undefined) => number,
): unknown[] {
  const timeout = parse(options);
  return options?.timeout === undefined && options?.block !== false ? [] : [wireTimeout(timeout)];
}
