import { types } from 'node:util';
import { UnsupportedPlatformError } from '../base/errors.js';

/** Stands for an object between the threads of one process, where there is no native part. Safe in `postMessage` only. */
export class LocalHandle {
  readonly kind: string;
  readonly buffer: SharedArrayBuffer;
  readonly ended: SharedArrayBuffer;
  /** Handle of another object that this one is made with, as a condition is with its lock. */
  companion: string | undefined;

  constructor(kind: string, buffer: SharedArrayBuffer, ended: SharedArrayBuffer) {
    this.kind = kind;
    this.buffer = buffer;
    this.ended = ended;
  }

  /** @throws {UnsupportedPlatformError} Always: a text would lead to another process. */
  toJSON(): never {
    throw crossing();
  }

  /** @throws {UnsupportedPlatformError} Always: a text would lead to another process. */
  toString(): never {
    throw crossing();
  }
}

/**
 * The handle where the code works with strings. `handle` and `reference` are strings on every platform with a native part,
 * so their types say so; without one, this object stands there instead and only `Segment` looks into it.
 */
export function typedAsString(handle: LocalHandle): string {
  return handle as unknown as string;
}

/** Whether it is one, also after `postMessage`, which leaves nothing of its class. */
export function isLocalHandle(value: unknown): value is LocalHandle {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, buffer, ended } = value as Partial<Record<string, unknown>>;
  return typeof kind === 'string' && types.isSharedArrayBuffer(buffer) && types.isSharedArrayBuffer(ended);
}

function crossing(): UnsupportedPlatformError {
  return new UnsupportedPlatformError(
    `Without the native part of multiprocess, which is not there for ${process.platform} ${process.arch}, objects can be shared between threads only: send the handle by postMessage, as it is`,
  );
}
