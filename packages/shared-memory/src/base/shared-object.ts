/**
 * An object in shared memory, of any package. An implementation over something other than this machine's memory has the same
 * interface.
 */
export interface SharedObject extends Disposable {
  /**
   * A string that stands for the object anywhere on this machine: safe in JSON, argv, environment, `postMessage`. Without a
   * native part it is an object instead, safe in `postMessage` between the threads of this process.
   */
  readonly handle: string;
  /** Closes the object in this thread. Idempotent; others that have it are not affected. */
  close(): void;
}

/** Marks the prototype of every class of shared objects; the same symbol in every copy of this package. */
export const SHARED_OBJECT: unique symbol = Symbol.for('@multiprocess/shared-object') as never;

/** Whether `value` travels as a handle. */
export function isSharedObject(value: unknown): value is SharedObject {
  return typeof value === 'object' && value !== null && SHARED_OBJECT in value;
}
