import { RingMessage, SerializationError } from '@multiprocess/shared-memory';
import { BufferTable } from '../wire/buffer-table.js';
import { defineOwn } from '../values/define-own.js';
import { explained } from './explained.js';
import { Identities } from './identities.js';
import { SYMBOL_REFUSED } from '../kinds/builtins.js';
import { encodeSpecial } from '../kinds/encode-special.js';
import type { HandleOf, Kind, ObjectWriter, Step } from '../kinds/kind.js';
import { isWellFormed } from '../values/is-well-formed.js';
import { objectsInherit } from '../values/inherited-properties.js';
import { isSparse, sparseArray } from '../kinds/sparse-array.js';
import { MAX_DEPTH } from '../wire/limits.js';
import { MessagePacker } from './message-packer.js';
import { NEGATIVE_ZERO } from './negative-zero.js';
import { formatPath } from './path.js';
import { isInExecutable } from '../functions/module-like.js';
import { FORMAT, HAS_BUFFERS, HAS_MODULES, HAS_TAGS, Tag } from '../wire/wire.js';

/** In a container, before its first element. */
const NOWHERE: Step = () => '';
/** msgpackr writes no more properties than this as a map. */
const MAX_PROPERTIES = 0xffff;

const IN_EXECUTABLE =
  'what is sent is found by importing its module, and this one is in the executable of the application, which cannot be imported: ' +
  'put it into a file of its own beside the executable';

const HOLE = [undefined, Tag.HOLE];

/** What was read of an object before: a copy of it; null if reading it failed; undefined if nothing was. */
export type Snapshot = (object: object) => object | null | undefined;

/** What a failed attempt must restore; see {@link Encoder.attempt}. */
interface Mark {
  readonly fields: unknown[];
  readonly length: number;
  readonly objects: number;
  readonly depth: number;
  readonly open: number;
  readonly buffers: number;
}

/**
 * Turns one value into a message: first into plain data, which msgpackr then writes. Everything is read exactly once,
 * in the order in which structured clone would, and before msgpackr begins: msgpackr calls no other code, and so is never
 * re-entered.
 *
 * An encoder can be used again until {@link encode} throws.
 */
export class Encoder implements ObjectWriter {
  readonly buffers = new BufferTable();
  readonly #packer = new MessagePacker();
  readonly #identities = new Identities();
  /** Objects that exist for the decoder only once their payload is read. */
  readonly #open: object[] = [];
  /** The first `#depth` entries lead to what is being encoded. */
  readonly #path: (string | number | Step)[] = [];
  #depth = 0;
  /** Of the tagged array that is being made. */
  #fields: unknown[] = [];
  #tagged = false;
  #hasModules = false;
  /** Whether plain objects have more than their own properties: then msgpackr is given none. */
  #inherits = false;
  #snapshot!: Snapshot;
  /** Gives the handles of shared objects in the message. */
  handleOf!: HandleOf;

  /** The message for `value`, in memory that is valid until this encoder is used again, and in that of its buffers. */
  encode(value: unknown, snapshot: Snapshot, handleOf: HandleOf): RingMessage {
    this.#snapshot = snapshot;
    this.handleOf = handleOf;
    this.#inherits = objectsInherit();
    try {
      const message = this.#message(this.plain(value));
      this.#identities.truncate(0);
      return message;
    } catch (error) {
      throw explained(error, this.#where());
    }
  }

  #message(plain: unknown): RingMessage {
    if (!this.#tagged) return RingMessage.of(this.#packer.pack(plain, FORMAT));
    const format = FORMAT | HAS_TAGS | (this.#hasModules ? HAS_MODULES : 0);
    this.#tagged = this.#hasModules = false;
    if (this.buffers.size === 0) return RingMessage.of(this.#packer.pack(plain, format));
    const message = this.#packer.packWithBuffers(plain, format | HAS_BUFFERS, this.buffers);
    this.buffers.truncate(0);
    return message;
  }

  /** `value` in types of MessagePack: objects are copied. */
  plain(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        return isWellFormed(value) ? value : this.#utf16(value);
      case 'number':
        return value === 0 && 1 / value < 0 ? NEGATIVE_ZERO : value;
      case 'object':
        return value === null ? null : this.#object(value);
      case 'function':
        return this.#reference(value) ?? encodeSpecial(this, value);
      case 'symbol':
        return this.fail(SYMBOL_REFUSED);
      default:
        return value;
    }
  }

  #utf16(value: string): unknown {
    return this.#tag([undefined, Tag.UTF_16, Buffer.from(value, 'utf16le').toString('latin1')]);
  }

  #tag(tagged: readonly unknown[]): readonly unknown[] {
    this.#tagged = true;
    return tagged;
  }

  #object(value: object): unknown {
    const reference = this.#reference(value);
    if (reference !== undefined) return reference;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) return this.record(value);
    if (prototype === Array.prototype && Array.isArray(value)) return this.array(value);
    return encodeSpecial(this, value);
  }

  /** The own enumerable properties of a plain object. */
  record(value: object): unknown {
    const level = this.enter();
    const copy = this.#copyOf(value, level);
    let size = 0;
    let isAwkward = this.#inherits;
    for (const key in copy) {
      if (this.#inherits && !Object.hasOwn(copy, key)) continue;
      this.#path[level] = key;
      const item = copy[key];
      const plain = this.plain(item);
      if (key === '__proto__' || key === 'constructor' || !isWellFormed(key)) {
        isAwkward = true;
        defineOwn(copy, key, plain);
      } else if (plain !== item) copy[key] = plain; // its own, so this sets no other
      size++;
    }
    this.leave(level);
    if (!isAwkward && size <= MAX_PROPERTIES) return copy;
    const entries = Object.entries(copy).flatMap(([key, plain]) => [this.plain(key), plain]);
    return this.#tag([undefined, Tag.RECORD, ...entries]);
  }

  #copyOf(value: object, level: number): Record<string, unknown> {
    const snapshot = this.#snapshot(value);
    try {
      if (snapshot !== null) return (snapshot as Record<string, unknown> | undefined) ?? { ...value };
    } catch {
      // Below.
    }
    // A getter threw, or a trap of a proxy: again, one by one, to see which.
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      this.#path[level] = key;
      defineOwn(copy, key, (value as Record<string, unknown>)[key]);
    }
    return copy;
  }

  array(value: readonly unknown[]): unknown {
    const { length } = value;
    if (isSparse(value)) return this.extension(sparseArray, value);
    const level = this.enter();
    const copy = (this.#snapshot(value) ?? Array.prototype.slice.call(value)) as unknown[];
    for (let i = 0; i < length; i++) {
      this.#path[level] = i;
      const item = copy[i];
      const plain = item === undefined && !(i in copy) ? this.#tag(HOLE) : this.plain(item);
      if (plain !== item) copy[i] = plain;
    }
    this.leave(level);
    if (length === 0 || copy[0] !== undefined) return copy;
    return this.#tag([undefined, Tag.ARRAY].concat(copy as never[]));
  }

  /** An object for which MessagePack has no type. It already has its number. */
  extension<T extends object>(kind: Kind<T>, value: T): unknown {
    const level = this.enter();
    const outer = this.#fields;
    const fields: unknown[] = [undefined, kind.tag];
    this.#tagged = true;
    this.#fields = fields;
    kind.encode(this, value, level);
    this.#fields = outer;
    this.leave(level);
    return fields;
  }

  /** Adds a field to the tagged array that is being made. */
  value(value: unknown): void {
    const plain = this.plain(value);
    this.#fields.push(plain);
  }

  /** The message names a module, which the receiver is to import. */
  noteModule(url: string): void {
    if (isInExecutable(url)) this.fail(IN_EXECUTABLE);
    this.#hasModules = true;
  }

  /** Goes one level down. Pass the level that it returns to {@link step} and {@link leave}. */
  enter(): number {
    const level = this.#depth;
    if (level >= MAX_DEPTH) this.fail(`nested more than ${MAX_DEPTH} levels deep`);
    this.#depth = level + 1;
    this.#path[level] = NOWHERE;
    return level;
  }

  step(level: number, step: string | number | Step): void {
    this.#path[level] = step;
  }

  leave(level: number): void {
    this.#depth = level;
  }

  /** Adds the payload of an object that the decoder can make only afterwards, so that may not lead back to it. */
  payload(owner: object, payload: unknown): void {
    this.#open.push(owner);
    this.value(payload);
    this.#open.pop();
  }

  /** Runs `encode`; if what it adds cannot be serialized, takes it back and returns false. */
  attempt(encode: () => void): boolean {
    const mark: Mark = {
      fields: this.#fields,
      length: this.#fields.length,
      objects: this.#identities.count,
      depth: this.#depth,
      open: this.#open.length,
      buffers: this.buffers.size,
    };
    try {
      encode();
      return true;
    } catch {
      this.#fields = mark.fields;
      this.#fields.length = mark.length;
      this.#depth = mark.depth;
      this.#open.length = mark.open;
      this.buffers.truncate(mark.buffers);
      this.#identities.truncate(mark.objects);
      return false;
    }
  }

  fail(reason: string): never {
    const path = this.#where();
    throw new SerializationError(`${path}: ${reason}`, path);
  }

  /** What stands for an object that was met before. */
  #reference(value: object): unknown {
    const number = this.#identities.meet(value);
    if (number < 0) return undefined;
    if (this.#open.includes(value)) this.fail('a cycle through a value that is registered by value');
    return this.#tag([undefined, Tag.REFERENCE, number]);
  }

  /** The path to what is being encoded. */
  #where(): string {
    return formatPath(this.#path.slice(0, this.#depth));
  }
}
