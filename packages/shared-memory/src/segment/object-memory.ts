import type { Thread } from '../wait/thread.js';

/** The memory that a new object needs. */
export interface ObjectPlan {
  /** `<package>.<Class>`, at most 32 ASCII characters. */
  readonly kind: string;
  /** Bytes of the object. */
  readonly byteLength: number;
  /** The name that the user gives it. Default: a random one. */
  readonly name?: string | undefined;
  /** false: only attach to the object of that name, of any size. Default: true. */
  readonly create?: boolean;
  /** Writes the initial contents of a new object, before another thread can see it. */
  readonly initialise?: (memory: ObjectMemory) => void;
}

/** The memory of one shared object, as this thread has it: a segment of its own, or a cell of a slab. */
export abstract class ObjectMemory {
  abstract readonly kind: string;
  /** The last part of the handle. */
  abstract readonly reference: string;
  abstract readonly thread: Thread;
  abstract readonly buffer: SharedArrayBuffer;
  /** Where the object starts in `buffer`; a multiple of 8. */
  abstract readonly byteOffset: number;
  abstract readonly byteLength: number;
  /** The memory as words. Other objects may lie beside this one: its first word is at {@link firstWord}. */
  abstract readonly words: Int32Array;
  abstract readonly firstWord: number;
  /** Objects that live in this thread at least as long as this memory. Created when needed, to keep a lock small. */
  #companions: Set<object> | undefined;
  #open = true;

  /** Whether it has not been closed in this thread. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** The name that a user gave it; undefined if only handles lead to it. */
  get givenName(): string | undefined {
    return undefined;
  }

  /** Its handle between threads where there is no native part; see `typedAsString`. */
  get localHandle(): string | undefined {
    return undefined;
  }

  /** Without a native part: the handle of another object that travels with this one's. */
  get companion(): string | undefined {
    return undefined;
  }

  /** Keeps an object of this thread from being garbage-collected before this memory. */
  holdOn(companion: object): void {
    (this.#companions ??= new Set()).add(companion);
  }

  /** Keeps it for other threads, even if this one drops all references to it, until it is closed or the thread ends. */
  keep(): void {
    if (this.#open && this.localHandle === undefined) kept.add(this);
  }

  /** Whether {@link keep} was called. */
  protected get isKept(): boolean {
    return kept.has(this);
  }

  /** Lets go of it when `object`, which refers to it, has been collected. */
  abstract closeAfter(object: object): void;

  /** Lets go of it in this thread. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    kept.delete(this);
    this.#companions = undefined;
    this.letGo();
  }

  /** Called once, when it is closed. */
  protected abstract letGo(): void;
}

// Memory of objects whose handle was taken. If the sender's copy were garbage-collected, a receiver that has not attached
// yet would not find the object. One set per thread.
const kept = new Set<ObjectMemory>();
