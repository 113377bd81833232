import type { BlockOptions, EventMethods, WaitOptions } from '@multiprocess/shared-memory';
import { registerProxy } from '../attach-proxy.js';
import { defineForms, defineWaitingForms } from '../forms.js';
import type { Forms } from '../forms.js';
import { ManagerProxy } from '../manager-proxy.js';
import { methodView } from '../method-view.js';
import type { MethodView } from '../method-view.js';

/** What {@link EventProxy} has in `sync`. */
export interface EventView extends EventMethods {
  /** Waits until it is set. @returns false after a timeout */
  wait(options?: BlockOptions): boolean;
}

/** A flag in a manager. When it is set, all that wait go on. */
export type EventProxy = ManagerProxy &
  Forms<EventMethods> & {
    /**
     * Waits until it is set.
     *
     * @returns false after a timeout
     * @throws {@link ManagerClosedError} if the manager is gone, or goes meanwhile.
     * @throws {@link AbortSignal.reason | the signal's reason} if it was aborted
     */
    wait(options?: WaitOptions): Promise<boolean>;
    /** Like `wait`, but blocks the thread, and with it the event loop. */
    waitSync(options?: BlockOptions): boolean;
    /** The same methods, which block the thread. */
    readonly sync: MethodView<EventView>;
  };

class Implementation extends ManagerProxy {
  protected readonly kind = 'EventProxy';

  get sync(): MethodView<EventView> {
    return methodView<EventView>(this);
  }
}

defineForms(Implementation.prototype, ['isSet', 'set', 'clear'] satisfies (keyof EventMethods)[]);
defineWaitingForms(Implementation.prototype, { wait: 0 });

/** Events in managers; made by {@link Manager.event}. */
export const EventProxy = Object.assign(Implementation, {
  /** The proxy that a handle stands for. @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  attach: registerProxy('EventProxy', Implementation) as unknown as (handle: string) => EventProxy,
});
