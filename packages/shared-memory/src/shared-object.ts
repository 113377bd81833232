import { HandleError } from './errors.js';
import { isLocalHandle } from './local-handle.js';
import { packageExporting } from './package-exporting.js';

/**
 * What every object that lives in shared memory can do, whichever package made it.
 *
 * An implementation over something else than this machine's memory satisfies the same interface.
 */
export interface SharedObject extends Disposable {
  /**
   * A string that stands for the object anywhere on this machine: safe in JSON, argv, environment, `postMessage`. Where there
   * is no native part it is an object instead, safe in `postMessage` between the threads of this process.
   */
  readonly handle: string;
  /** Lets go of the object in this thread. Idempotent; others that have it are not affected. */
  close(): void;
}

/** Marks the prototype of every class of shared objects; the same symbol in every copy of this package. */
export const SHARED_OBJECT: unique symbol = Symbol.for('@multiprocess/shared-object') as never;

/** Whether `value` travels as a handle. */
export function isSharedObject(value: unknown): value is SharedObject {
  return typeof value === 'object' && value !== null && SHARED_OBJECT in value;
}

/** Makes the live object again from the part of a handle that its own kind wrote. */
export type Attach = (reference: string) => SharedObject;

// A handle reads `multiprocess:<package>.<Class>:<reference>`, all three without a colon.
const HANDLE = /^multiprocess:([a-z-]+)\.([A-Za-z]+):([^:\s]+)$/;

// One table a thread, filled while packages are being imported: a kind exists exactly as long as its module does.
const kinds = new Map<string, Attach>();

/**
 * Makes a class known under `<package>.<Class>`, so that {@link attach} and the serializer can make its objects.
 * Called once a class, when its module is imported.
 */
export function registerKind(kind: string, attachKind: Attach): void {
  kinds.set(kind, attachKind);
}

/** The handle of an object of `kind` that `reference` leads back to. */
export function formatHandle(kind: string, reference: string): string {
  return `multiprocess:${kind}:${reference}`;
}

/** Takes a handle apart again; for a class that accepts handles of its own kind only. */
export function parseHandle(handle: unknown): { kind: string; reference: string } {
  // What stands for the object between threads is its own reference: only Segment looks into it.
  if (isLocalHandle(handle)) return { kind: handle.kind, reference: handle as unknown as string };
  if (typeof handle !== 'string') {
    throw new TypeError(`A handle is a string, received ${handle === null ? 'null' : typeof handle}`);
  }
  const match = HANDLE.exec(handle);
  if (match === null) throw new HandleError(`${JSON.stringify(handle)} is no handle`);
  return { kind: `${match[1]}.${match[2]}`, reference: match[3]! };
}

/**
 * The live object that `handle` stands for, of whatever class; the package that exports the class is loaded if it has not been yet.
 *
 * @throws {TypeError} If `handle` is no string.
 * @throws {HandleError} If it is no handle, its package is not installed, or the object is gone.
 */
export function attach(handle: string): SharedObject {
  const { kind, reference } = parseHandle(handle);
  if (!kinds.has(kind)) packageExporting(kind);
  const attachKind = kinds.get(kind);
  if (attachKind === undefined) throw new HandleError(`Nothing called ${kind} is known here, handle ${handle}`);
  return attachKind(reference);
}
