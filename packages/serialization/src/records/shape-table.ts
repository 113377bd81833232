import { SerializationError } from '@multiprocess/shared-memory';
import { Shape } from './shape.js';

/**
 * Where the definitions of a channel's shapes are: a list that only grows, the same for all users of the channel.
 * Its bytes may be damaged.
 */
export interface ShapeStore {
  /** How many bytes there are now. */
  readonly length: number;
  /** A copy of the bytes from `start` on. */
  read(start: number): Uint8Array;
  /** Adds bytes behind the first `length`, unless there are more by now, there is no room, or another thread is adding. */
  tryAppend(length: number, bytes: Uint8Array): boolean;
}

// A definition is its length in bytes, in two bytes, then the names as an array in JSON. Its number is its place.
const LENGTH_BYTES = 2;
/** What fits into a byte. */
const MAX_SHAPES = 256;
const MAX_KEYS = 64;
const MAX_BYTES = 1024;
/** How many shapes that were seen once are remembered. After that many without a repeat, the table is searched rarely. */
const CANDIDATES = 64;
const RARELY = 16;

interface Node {
  shape: Shape | undefined;
  readonly next: Map<string, Node>;
}

/** The shapes of a channel as far as this thread knows them. */
export class ShapeTable {
  /** Stands for no shape: holds the guesses for the value itself, and for objects in objects without shape. */
  readonly outside = new Shape(-1, ['$', '*']);
  readonly #store: ShapeStore;
  readonly #shapes: Shape[] = [];
  readonly #root: Node = { shape: undefined, next: new Map() };
  /** How many bytes of definitions are known here. */
  #read = 0;
  readonly #candidates = new Set<string>();
  #misses = 0;
  #isFull = false;

  constructor(store: ShapeStore) {
    this.#store = store;
  }

  /** The shape with that number. @throws {@link SerializationError} if there is none, or the definitions are damaged. */
  shape(id: number): Shape {
    const shape = this.#shapes[id];
    if (shape !== undefined) return shape;
    this.#refresh();
    return this.#shapes[id] ?? fail(`it has an object of another shape than the ${this.#shapes.length} that are known`);
  }

  /** The shape of a plain object, if it has one. One that is seen a second time gets one. */
  find(object: object): Shape | undefined {
    let node: Node | undefined = this.#root;
    for (const key in object) {
      node = node.next.get(key);
      if (node === undefined) return this.#meet(object);
    }
    return node.shape ?? this.#meet(object);
  }

  #meet(object: object): Shape | undefined {
    if (this.#isFull) return undefined;
    if (++this.#misses > CANDIDATES && this.#misses % RARELY !== 0) return undefined;
    const keys = Object.keys(object);
    if (keys.length > MAX_KEYS || !isSound(keys)) return undefined;
    const definition = JSON.stringify(keys);
    if (this.#candidates.has(definition)) return this.#define(keys, definition);
    if (this.#candidates.size === CANDIDATES) this.#candidates.clear();
    this.#candidates.add(definition);
    return undefined;
  }

  #define(keys: readonly string[], definition: string): Shape | undefined {
    const text = Buffer.from(definition);
    if (text.length > MAX_BYTES) return undefined;
    this.#refresh(); // others may have defined it, and ours goes behind theirs
    const known = this.#lookUp(keys);
    if (known !== undefined) return known;
    if (this.#shapes.length === MAX_SHAPES) this.#isFull = true;
    if (this.#isFull) return undefined;
    const entry = Buffer.alloc(LENGTH_BYTES + text.length);
    entry.writeUInt16LE(text.length);
    entry.set(text, LENGTH_BYTES);
    if (!this.#store.tryAppend(this.#read, entry)) return undefined;
    this.#misses = 0;
    this.#candidates.delete(definition);
    this.#refresh();
    return this.#lookUp(keys);
  }

  #lookUp(keys: readonly string[]): Shape | undefined {
    let node: Node | undefined = this.#root;
    for (const key of keys) node = node?.next.get(key);
    return node?.shape;
  }

  #refresh(): void {
    if (this.#store.length === this.#read) return;
    const bytes = Buffer.from(this.#store.read(this.#read));
    for (let at = 0; at < bytes.length;) {
      const start = at + LENGTH_BYTES;
      const end = start <= bytes.length ? start + bytes.readUInt16LE(at) : Infinity;
      if (end > bytes.length || this.#shapes.length === MAX_SHAPES) fail('the definitions of shapes are damaged');
      this.#add(keysOf(bytes.toString('utf8', start, end)));
      this.#read += end - at;
      at = end;
    }
  }

  #add(keys: readonly string[]): void {
    const shape = new Shape(this.#shapes.length, keys);
    this.#shapes.push(shape);
    let node = this.#root;
    for (const key of keys) {
      let next = node.next.get(key);
      if (next === undefined) {
        next = { shape: undefined, next: new Map() };
        node.next.set(key, next);
      }
      node = next;
    }
    node.shape ??= shape;
  }
}

function keysOf(definition: string): readonly string[] {
  let keys: unknown;
  try {
    keys = JSON.parse(definition);
  } catch {
    // Said below.
  }
  const sound =
    Array.isArray(keys) &&
    keys.length <= MAX_KEYS &&
    keys.every((key) => typeof key === 'string') &&
    isSound(keys) &&
    new Set(keys).size === keys.length;
  return sound ? (keys as string[]) : fail('the definitions of shapes are damaged');
}

/** Whether an object literal with these names makes the object that was sent. */
function isSound(keys: readonly string[]): boolean {
  return !keys.includes('__proto__');
}

function fail(reason: string): never {
  throw new SerializationError(`The message is damaged: ${reason}`);
}
