import { registerProxy } from '../attach-proxy.js';
import { defineForms } from '../forms.js';
import type { Forms } from '../forms.js';
import { ManagerProxy } from '../manager-proxy.js';
import { methodsOf } from '../../managed/container.js';
import { ManagedValue } from '../../managed/data/managed-value.js';
import type { ValueMethods } from '@multiprocess/shared-memory';

/** One value of any kind in a manager. */
export type ValueProxy<T = unknown> = ManagerProxy &
  Forms<ValueMethods<T>> & {
    /** The value as a property: `v.sync.value = 1`. Each access blocks until the server has answered. */
    readonly sync: { value: T };
  };

class Implementation extends ManagerProxy {
  protected readonly kind = 'ValueProxy';

  get sync(): object {
    const proxy = this as unknown as ValueProxy;
    return {
      get value() {
        return proxy.getSync();
      },
      set value(value) {
        proxy.setSync(value);
      },
    };
  }
}

defineForms(Implementation.prototype, methodsOf(ManagedValue), [
  'get',
  'update',
] satisfies (keyof ValueMethods<unknown>)[]);

/** Values in managers; made by {@link Manager.value}. */
export const ValueProxy = Object.assign(Implementation, {
  /** The proxy that a handle stands for. @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  attach: registerProxy('ValueProxy', Implementation) as unknown as <T = unknown>(handle: string) => ValueProxy<T>,
});
