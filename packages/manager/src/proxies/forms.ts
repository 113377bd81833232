import { checkBlockingTimeout, checkSignal, checkTimeout } from '@multiprocess/shared-memory';
import type { BlockOptions, WaitOptions } from '@multiprocess/shared-memory';
import type { ManagerProxy } from './manager-proxy.js';
import { freeze } from './freeze.js';

/** The methods of `M` as a proxy has them: each returns a promise. */
export type AsyncForms<M> = {
  [K in keyof M]: M[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<Awaited<R>> : never;
};

/** The methods of `M` with `Sync` behind their name: each blocks the thread until the server has answered. */
export type SyncForms<M> = {
  [K in keyof M & string as `${K}Sync`]: M[K];
};

/** Both forms of each method. */
export type Forms<M> = AsyncForms<M> & SyncForms<M>;

/** Methods of a prototype of proxies. */
type Methods = Record<string, (this: ManagerProxy, ...args: unknown[]) => unknown>;

/**
 * Gives a class of proxies both forms of each method.
 *
 * @param frozen those whose results are part of the object: a copy of a part is frozen, so that changing it
 * throws instead of leaving the object as it was
 */
export function defineForms(prototype: object, methods: readonly string[], frozen: readonly string[] = []): void {
  for (const method of methods) {
    defineMethods(prototype, frozen.includes(method) ? frozenForms(method) : plainForms(method));
  }
}

function plainForms(method: string): Methods {
  return {
    [method](...args) {
      return this.call(method, args);
    },
    [`${method}Sync`](...args) {
      return this.callSync(method, args);
    },
  };
}

function frozenForms(method: string): Methods {
  return {
    async [method](...args) {
      return freeze(await this.call(method, args));
    },
    [`${method}Sync`](...args) {
      return freeze(this.callSync(method, args));
    },
  };
}

/**
 * Gives a class of proxies both forms of methods that wait, and so take options last.
 *
 * @param methods how many arguments each has before its options
 */
export function defineWaitingForms(prototype: object, methods: Readonly<Record<string, number>>): void {
  for (const [method, position] of Object.entries(methods)) {
    defineMethods(prototype, {
      async [method](...args) {
        const options = args[position] as WaitOptions | undefined;
        const timeout = checkTimeout(options);
        return this.call(method, [...firstOf(args, position), wireTimeout(timeout)], checkSignal(options));
      },
      [`${method}Sync`](...args) {
        const timeout = checkBlockingTimeout(args[position] as BlockOptions | undefined);
        return this.callSync(method, [...firstOf(args, position), wireTimeout(timeout)]);
      },
    });
  }
}

/** A timeout in a message: JSON has no Infinity. */
export function wireTimeout(timeout: number): number | null {
  return timeout === Infinity ? null : timeout;
}

function firstOf(args: readonly unknown[], count: number): unknown[] {
  return Array.from({ length: count }, (_, i) => args[i]);
}

function defineMethods(prototype: object, methods: Methods): void {
  for (const [name, value] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  }
}
