import type { SharedObject } from '@multiprocess/shared-memory';

const BRAND = Symbol.for('@multiprocess/shared-object');

/** Whether `value` lives in shared memory, and so travels by its handle. */
export function isSharedObject(value: object): value is SharedObject {
  return BRAND in value;
}
