import { types } from 'node:util';
import { UnsupportedPlatformError } from '../base/errors.js';

/** The handle of an object between the threads of one process, without a native part. Safe in `postMessage` only. */
export class LocalHandle {
  readonly kind: string;
  readonly buffer: SharedArrayBuffer;
  readonly ended: SharedArrayBuffer;
  /** The handle of another object that this one needs, such as the lock of a condition. */
  companion: string | undefined;

  constructor(kind: string, buffer: SharedArrayBuffer, ended: SharedArrayBuffer) {
    this.kind = kind;
    this.buffer = buffer;
    this.ended = ended;
  }

  /** @throws {@link UnsupportedPlatformError} always: text could reach another process. */
  toJSON(): never {
    throw crossing();
  }

  /** @throws {@link UnsupportedPlatformError} always: text could reach another process. */
  toString(): never {
    throw crossing();
  }
}

/**
 * The handle, typed as a string. On every platform with a native part, `handle` and `reference` are strings, so their types
 * say so. Without one, this object takes their place, and only `Segment` looks into it.
 */
export function typedAsString(handle: LocalHandle): string {
  return handle as unknown as string;
}

/** Whether it is a local handle, also after `postMessage`, which drops the class. */
export function isLocalHandle(value: unknown): value is LocalHandle {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, buffer, ended } = value as Partial<Record<string, unknown>>;
  return typeof kind === 'string' && types.isSharedArrayBuffer(buffer) && types.isSharedArrayBuffer(ended);
}

function crossing(): UnsupportedPlatformError {
  return new UnsupportedPlatformError(
    `Without the native part of multiprocess, which does not exist for ${process.platform} ${process.arch}, objects can be shared between threads only: send the handle itself by postMessage`,
  );
}
