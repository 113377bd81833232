import { types } from 'node:util';
import { threadTable } from '../runtime/thread-table.js';
import { argumentError } from '../arguments/check-type.js';
import { HandleError } from '../base/errors.js';
import type { SharedObject } from '../base/shared-object.js';
import { isLocalHandle, typedAsString } from './local-handle.js';
import { packageExporting } from './package-exporting.js';
import { shownName } from './shown-name.js';

/** Makes the live object again from the part of a handle that its own kind wrote. */
export type Attach = (reference: string) => SharedObject;

/** What can be told about an object by a look at its words, without attaching to it. All of it may be out of date. */
export interface ObjectState {
  /** Owner ids of the threads that hold it or a part of it; 0 and dead threads are skipped. */
  readonly owners?: readonly number[];
  /** How many items are in it. */
  readonly items?: number;
  /** What else there is to tell, in a few words: `2 of 3 free`, `set`, `broken`. */
  readonly state?: string;
}

/** A copy of `count` words of an object, from word `index` on; zeros where the file is shorter. */
export type Peek = (index: number, count: number) => Int32Array;

/**
 * Tells the state of an object by some of its words. They may hold anything: another program may
 * have written the file.
 */
export type Look = (peek: Peek) => ObjectState;

// A handle reads `multiprocess:<package>.<Class>:<reference>`, all three without a colon.
const HANDLE = /^multiprocess:([a-z-]+)\.([A-Za-z]+):([^:\s]+)$/;

// One table a thread, filled while packages are being imported: a kind exists exactly as long as its module does.
const kinds = new Map<string, Attach>();
// The same, for all that can be looked at: also kinds that only their own package attaches to.
const looks = new Map<string, Look>();

// Attaches of all copies of this package in the thread, of which the first comes first: for kinds whose package has been
// loaded by another copy only. A function that takes a reference and gives an object is all that is expected of them.
const kindsOfAll = threadTable('@multiprocess/kinds 1', () => new Map<string, Attach>(), types.isMap);

/**
 * Makes a class known under `<package>.<Class>`, so that {@link attach} and the serializer can make its objects.
 * Called once a class, when its module is imported.
 *
 * @param look for classes of which there is something to tell: see {@link registerLook}
 */
export function registerKind(kind: string, attachKind: Attach, look?: Look): void {
  kinds.set(kind, attachKind);
  if (!kindsOfAll.has(kind)) kindsOfAll.set(kind, attachKind);
  if (look !== undefined) registerLook(kind, look);
}

/** Says how to tell the state of segments of that kind: their holders, how much is in them. */
export function registerLook(kind: string, look: Look): void {
  looks.set(kind, look);
}

/** The state of an object of that kind, as far as its class is known here. */
export function stateOf(kind: string, peek: Peek): ObjectState {
  return looks.get(kind)?.(peek) ?? {};
}

/** The handle of an object of `kind` that `reference` leads back to. */
export function formatHandle(kind: string, reference: string): string {
  return `multiprocess:${kind}:${reference}`;
}

/** Takes a handle apart again; for a class that accepts handles of its own kind only. */
export function parseHandle(handle: unknown): { kind: string; reference: string } {
  if (isLocalHandle(handle)) return { kind: handle.kind, reference: typedAsString(handle) };
  if (typeof handle !== 'string') throw argumentError('handle', 'a string', handle);
  const match = HANDLE.exec(handle);
  if (match === null) throw new HandleError(`Not a handle: ${shownName(handle)}`);
  return { kind: `${match[1]}.${match[2]}`, reference: match[3]! };
}

/**
 * The live object that `handle` stands for, of whatever class; the package that exports the class is loaded if it has not been yet.
 *
 * @example
 * ```ts source="../shared-memory.examples.ts#attach"
 * using object = attach(handle); // from argv, the environment, a file: a Lock if it was a lock's, a Queue if a queue's
 * console.log(object.handle === handle); // true
 * ```
 * @throws {TypeError} If `handle` is not a string.
 * @throws {HandleError} If it is not a handle, its package is not installed, or the object is gone.
 */
export function attach(handle: string): SharedObject {
  const { kind, reference } = parseHandle(handle);
  const attachKind = kinds.get(kind) ?? loadedAttach(kind);
  if (attachKind === undefined) throw new HandleError(`Nothing called ${kind} is known here`);
  return attachKind(reference);
}

/** Loads the package that exports the kind; what it makes known may be known to another copy of this package only. */
function loadedAttach(kind: string): Attach | undefined {
  const known: unknown = kindsOfAll.get(kind);
  const elsewhere = typeof known === 'function' ? (known as Attach) : undefined;
  try {
    packageExporting(kind);
  } catch (error) {
    if (elsewhere === undefined) throw error;
  }
  return kinds.get(kind) ?? elsewhere ?? kindsOfAll.get(kind);
}
