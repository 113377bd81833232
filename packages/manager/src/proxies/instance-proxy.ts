import { registerProxyMaker } from './attach-proxy.js';
import { ManagerProxy } from './manager-proxy.js';
import type { Target } from '../client/target.js';
import type { IteratorProxy } from './iterator-proxy.js';

/** What clients get for a method's result: for a generator, an iterator proxy. */
export type Remote<R> = R extends Generator<infer T, unknown, never> | AsyncGenerator<infer T, unknown, never>
  ? IteratorProxy<T>
  : Awaited<R>;

/** The arguments of a registered class or function; any, if the type is that of what it makes. */
export type ArgumentsToMake<T> = T extends abstract new (...args: infer A) => unknown
  ? A
  : T extends (...args: infer A) => unknown
    ? A
    : readonly unknown[];

/** What a registered class or function makes; the type itself, if it is neither. */
export type MadeBy<T> = T extends abstract new (...args: never) => infer I
  ? I
  : T extends (...args: never) => infer R
    ? Awaited<R>
    : T;

type MethodName<T> = { [K in keyof T]: T[K] extends (...args: never[]) => unknown ? K : never }[keyof T];
type Call<F> = F extends (...args: infer A) => infer R ? (...args: A) => Promise<Remote<R>> : never;
type CallSync<F> = F extends (...args: infer A) => infer R ? (...args: A) => Remote<R> : never;

/**
 * An object of a registered class in a manager: its methods, each also with `Sync` behind its name.
 *
 * @typeParam T the class, or an interface with its methods
 */
export type InstanceProxy<T = Record<string, (...args: never[]) => unknown>> = ManagerProxy &
  AsyncIterable<unknown> & { readonly [K in MethodName<T>]: Call<T[K]> } & {
    readonly [K in MethodName<T> & string as `${K}Sync`]: CallSync<T[K]>;
  } & {
    /** The same methods, which block the thread. */
    readonly sync: { readonly [K in MethodName<T>]: CallSync<T[K]> };
  };

class Implementation extends ManagerProxy {
  protected readonly kind = 'InstanceProxy';

  get sync(): object {
    return dynamic(
      this,
      (method) =>
        (...args: unknown[]) =>
          this.callSync(method, args),
    );
  }

  /** What was made may be a generator: each step is a call. */
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, unknown, unknown> {
    try {
      for (;;) {
        const { done, value } = (await this.call('next', [])) as IteratorResult<unknown, unknown>;
        if (done === true) return value;
        yield value;
      }
    } finally {
      await this.call('return', []);
    }
  }
}

/** This thread does not know the class: every name is a method, unless the server says otherwise. */
export function makeInstance(target: Target): ManagerProxy {
  const proxy: Implementation = new Implementation(target);
  const outer = dynamic(proxy, (name) =>
    name.endsWith('Sync')
      ? (...args: unknown[]): unknown => proxy.callSync(name.slice(0, -'Sync'.length), args)
      : (...args: unknown[]): unknown => proxy.call(name, args),
  );
  proxy.outer = outer;
  return outer;
}

/** Names that `await` and `JSON.stringify` look up, and whose methods they would call. */
const ASKED_BY_LANGUAGE: ReadonlySet<string> = new Set(['then', 'toJSON']);

function dynamic<P extends ManagerProxy>(proxy: P, method: (name: string) => unknown): P {
  const made = new Map<string, unknown>();
  return new Proxy(proxy, {
    get(target, key) {
      if (typeof key === 'symbol' || key in target) {
        const own: unknown = Reflect.get(target, key, target);
        return typeof own === 'function' ? (own.bind(target) as unknown) : own;
      }
      if (ASKED_BY_LANGUAGE.has(key)) return undefined;
      if (!made.has(key)) made.set(key, method(key));
      return made.get(key);
    },
  });
}

registerProxyMaker('InstanceProxy', makeInstance);
