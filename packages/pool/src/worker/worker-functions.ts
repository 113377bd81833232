import { decode, importedFunction } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import type { RingItem } from '@multiprocess/shared-memory';

/** In a worker: the functions that its pool has defined. Each is imported when it is first called. */
export class WorkerFunctions {
  readonly #bodies = new Map<number, Uint8Array>();
  readonly #functions = new Map<number, AnyFunction>();

  define(number: number, body: Uint8Array): void {
    this.#bodies.set(number, body.slice());
  }

  forget(): void {
    this.#bodies.clear();
    this.#functions.clear();
  }

  /** The function, if it has been called before. */
  known(number: number): AnyFunction | undefined {
    return this.#functions.get(number);
  }

  /**
   * The function, whose module is imported if it has not been yet.
   *
   * @throws {@link SerializationError} if that fails, or nothing was defined under this number.
   */
  async load(number: number): Promise<AnyFunction> {
    const body = this.#bodies.get(number) ?? new Uint8Array(0);
    const fn = await importedFunction(decode(body, { owned: true } satisfies Pick<RingItem, 'owned'>) as AnyFunction);
    this.#functions.set(number, fn);
    return fn;
  }
}
