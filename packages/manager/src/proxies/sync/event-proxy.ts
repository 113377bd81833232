import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
import { registerProxy } from '../attach-proxy.js';
import { defineForms, defineWaitingForms } from '../forms.js';
import type { Forms } from '../forms.js';
import { ManagerProxy } from '../manager-proxy.js';
import { methodView } from '../method-view.js';
import type { MethodView } from '../method-view.js';

/** What an event can do. */
export interface EventMethods {
  isSet(): boolean;
  set(): void;
  clear(): void;
}

/** What {@link EventProxy} has in `sync`. */
export interface EventView extends EventMethods {
  wait(options?: BlockOptions): boolean;
}

/** A flag in a manager. */
export type EventProxy = ManagerProxy &
  Forms<EventMethods> & {
    /** Waits until it is set. @returns false after a timeout */
    wait(options?: WaitOptions): Promise<boolean>;
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
  attach: registerProxy('EventProxy', Implementation) as unknown as (handle: string) => EventProxy,
});
