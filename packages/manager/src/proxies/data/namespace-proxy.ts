import { registerProxy } from '../attach-proxy.js';
import { defineForms } from '../forms.js';
import type { Forms } from '../forms.js';
import { ManagerProxy } from '../manager-proxy.js';
import { recordView } from './record-view.js';
import { methodsOf } from '../../managed/container.js';
import { ManagedNamespace } from '../../managed/data/managed-namespace.js';
import type { NamespaceMethods } from '@multiprocess/shared-memory';

/** Names with values in a manager. Names of `sync` that begin with an underscore stay in this process. */
export type NamespaceProxy = ManagerProxy &
  Forms<NamespaceMethods> & {
    /** The names as properties: `n.sync.name = 'Bob'`. Each access blocks until the server has answered. */
    readonly sync: Record<string, unknown>;
  };

class Implementation extends ManagerProxy {
  protected readonly kind = 'NamespaceProxy';
  #view: Record<string, unknown> | undefined;

  get sync(): Record<string, unknown> {
    return (this.#view ??= viewOf(this as unknown as NamespaceProxy));
  }
}

defineForms(Implementation.prototype, methodsOf(ManagedNamespace), ['get'] satisfies (keyof NamespaceMethods)[]);

/** Namespaces in managers; made by {@link Manager.namespace}. */
export const NamespaceProxy = Object.assign(Implementation, {
  /** The proxy that a handle stands for. @throws {@link HandleError} if it stands for something else, or the manager is gone. */
  attach: registerProxy('NamespaceProxy', Implementation) as unknown as (handle: string) => NamespaceProxy,
});

function viewOf(namespace: NamespaceProxy): Record<string, unknown> {
  const local = new Map<string, unknown>();
  const isLocal = (name: string): boolean => name.startsWith('_');
  return recordView({
    get: (name) => (isLocal(name) ? local.get(name) : namespace.getSync(name)),
    set(name, value) {
      if (isLocal(name)) local.set(name, value);
      else namespace.setSync(name, value);
    },
    has: (name) => (isLocal(name) ? local.has(name) : namespace.hasSync(name)),
    delete(name) {
      if (isLocal(name)) local.delete(name);
      else namespace.deleteSync(name);
    },
    names: () => namespace.namesSync(),
    snapshot: () => namespace.snapshotSync(),
  });
}
