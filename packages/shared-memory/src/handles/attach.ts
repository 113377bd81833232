import { types } from 'node:util';
import { threadTable } from '../runtime/thread-table.js';
import { argumentError } from '../arguments/check-type.js';
import { HandleError } from '../base/errors.js';
import type { SharedObject } from '../base/shared-object.js';
import { isLocalHandle, typedAsString } from './local-handle.js';
import { packageExporting } from './package-exporting.js';
import { shownName } from './shown-name.js';
import { noteArrival } from './transfers.js';

/** Attaches to the object of a reference, the last part of a handle. */
export type Attach = (reference: string) => SharedObject;

/** How many items were put into an object and taken from it, modulo 2^32. */
export interface Flow {
  readonly put: number;
  readonly taken: number;
}

/** The workers of a pool, as it last noted them. */
export interface WorkerCounts {
  readonly count: number;
  /** How many of them have a task. */
  readonly busy: number;
  /** Tasks that have not been settled: those that run, and those that wait. */
  readonly tasks: number;
}

/** The state of an object, read from its words without attaching to it. All of it may be out of date. */
export interface ObjectState {
  /** Owner ids of the threads that hold it or a part of it; 0 and dead threads are skipped. */
  readonly owners?: readonly number[];
  /** The number of items in it. */
  readonly items?: number;
  /** What has gone through it since it was made. */
  readonly flow?: Flow;
  /** The workers that put into it, if it is that of a pool. */
  readonly workers?: WorkerCounts;
  /** The rest of its state, in a few words: `2 of 3 free`, `set`, `broken`. */
  readonly state?: string;
}

/** A copy of `count` words of an object, from word `index` on; zeros where the file is shorter. */
export type Peek = (index: number, count: number) => Int32Array;

/**
 * Reads the state of an object from some of its words. They may hold anything: another program may have written the file.
 */
export type Look = (peek: Peek) => ObjectState;

// A handle is `multiprocess:<package>.<Class>:<reference>`. None of the three parts has a colon.
const HANDLE = /^multiprocess:([a-z-]+)\.([A-Za-z]+):([^:\s]+)$/;

// One table per thread, filled while packages are imported: a kind exists as long as its module does.
const kinds = new Map<string, Attach>();
// Likewise for all kinds whose state can be read, including those that only their own package attaches to.
const looks = new Map<string, Look>();

// The kinds of all copies of this package in the thread; the first copy to register a kind keeps it. Used for kinds whose
// package was loaded by another copy only. Each entry must be a function from a reference to an object.
const kindsOfAll = threadTable('@multiprocess/kinds 1', () => new Map<string, Attach>(), types.isMap);

/**
 * Makes a class known under `<package>.<Class>`, so that {@link attach} and the serializer can make its objects.
 * Called once per class, when its module is imported.
 *
 * @param look reads the state of its objects; see {@link registerLook}
 */
export function registerKind(kind: string, attachKind: Attach, look?: Look): void {
  kinds.set(kind, attachKind);
  if (!kindsOfAll.has(kind)) kindsOfAll.set(kind, attachKind);
  if (look !== undefined) registerLook(kind, look);
}

/** Registers how to read the state of segments of that kind. */
export function registerLook(kind: string, look: Look): void {
  looks.set(kind, look);
}

/** The state of an object of that kind; empty if its class is not known here. */
export function stateOf(kind: string, peek: Peek): ObjectState {
  return looks.get(kind)?.(peek) ?? {};
}

/** The handle of the object of that kind and reference. */
export function formatHandle(kind: string, reference: string): string {
  return `multiprocess:${kind}:${reference}`;
}

/** The parts of a handle. */
export function parseHandle(handle: unknown): { kind: string; reference: string } {
  if (isLocalHandle(handle)) return { kind: handle.kind, reference: typedAsString(handle) };
  if (typeof handle !== 'string') throw argumentError('handle', 'a string', handle);
  const match = HANDLE.exec(handle);
  if (match === null) throw new HandleError(`Not a handle: ${shownName(handle)}`);
  return { kind: `${match[1]}.${match[2]}`, reference: match[3]! };
}

/**
 * The object that `handle` stands for, of any class. Loads the package that exports the class if needed.
 *
 * @example
 * ```ts source="../shared-memory.examples.ts#attach"
 * using object = attach(handle); // from argv, the environment, a file: a Lock if it was a lock's, a Queue if a queue's
 * console.log(object.handle === handle); // true
 * ```
 * @throws {@link TypeError} if `handle` is not a string.
 * @throws {@link HandleError} if it is not a handle, its package is not installed, or the object is gone.
 */
export function attach(handle: string): SharedObject {
  const { kind, reference } = parseHandle(handle);
  const attachKind = kinds.get(kind) ?? loadedAttach(kind);
  if (attachKind === undefined) throw new HandleError(`${kind} is not a kind of object that is known here`);
  const attached = attachKind(reference);
  noteArrival(attached);
  return attached;
}

/** Loads the package that exports the kind. The kind may then be known to another copy of this package only. */
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
