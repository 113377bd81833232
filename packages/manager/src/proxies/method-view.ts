import type { ManagerProxy } from './manager-proxy.js';

/** The methods of a proxy that block, under their plain names: `queue.sync.get()` is `queue.getSync()`. */
export type MethodView<M> = { readonly [K in keyof M]: M[K] };

/** @param proxy has a method `<name>Sync` for each `<name>` */
export function methodView<M>(proxy: ManagerProxy): MethodView<M> {
  return new Proxy(proxy, {
    get(target, key) {
      const method: unknown = typeof key === 'string' ? Reflect.get(target, `${key}Sync`) : undefined;
      if (typeof method === 'function') return (...args: unknown[]): unknown => Reflect.apply(method, target, args);
      const own: unknown = Reflect.get(target, key);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  }) as unknown as MethodView<M>;
}
