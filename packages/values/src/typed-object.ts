import { SegmentObject } from '@multiprocess/shared-memory';
import type { ObjectMemory } from '@multiprocess/shared-memory';
import type { Lock, RLock } from '@multiprocess/sync';
import type { TypedMemory } from './typed-memory.js';
import type { ValueType } from './cells/value-types.js';

/** What single values and arrays share: their type, and the lock that goes with them. */
export abstract class TypedObject<T extends ValueType, M extends ObjectMemory> extends SegmentObject<M> {
  readonly #typed: TypedMemory<M>;

  constructor(typed: TypedMemory<M>) {
    super(typed.memory);
    this.#typed = typed;
  }

  get type(): T {
    return this.#typed.type as T;
  }

  /**
   * The lock that goes with it: an `RLock` of its own, or the one it was made with. No method takes it: it is for what
   * takes several operations.
   *
   * @throws {@link TypeError} if it was made with `lock: false`.
   */
  get lock(): Lock | RLock {
    this.openSegment();
    return this.#typed.lock.get();
  }

  /**
   * Closes it in this thread, and the lock that {@link lock} returned, unless it was made with that lock. Idempotent;
   * others that have it are not affected.
   */
  override close(): void {
    this.#typed.lock.close();
    super.close();
  }
}
