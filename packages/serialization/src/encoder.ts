import { SerializationError } from '@multiprocess/shared-memory';
import { BufferTable } from './buffer-table.js';
import { encodeSpecial } from './kinds/encode-special.js';
import { isSparse, sparseArray } from './kinds/sparse-array.js';
import { Identities } from './identities.js';
import type { Kind } from './kinds/kind.js';
import { MAX_DEPTH } from './limits.js';
import { formatPath } from './path.js';
import type { Step } from './path.js';
import { FORMAT, HAS_BUFFERS, HAS_REFERENCES, Extension, Token } from './wire.js';
import { Writer } from './writer.js';

// A call of this within a `for in` costs nothing, one of Object.hasOwn a hash lookup.
const { hasOwnProperty } = Object.prototype;

/** In a container, but not yet in anything of it. */
const NOWHERE: Step = () => '';

/** What a failed attempt must give back; see {@link Encoder.attempt}. */
interface Mark {
  readonly position: number;
  readonly objects: number;
  readonly depth: number;
  readonly open: number;
  readonly buffers: number;
}

/**
 * Turns one value into a message. Everything is read exactly once, in the order in which structured clone would.
 *
 * An encoder is used again and again; {@link encode} leaves it empty, whether it succeeds or not.
 */
export class Encoder extends Writer {
  readonly buffers = new BufferTable();
  readonly #identities = new Identities();
  /** Objects that exist for the decoder only once their payload is read. */
  readonly #open: object[] = [];
  /** The first `#depth` entries lead to what is being encoded. */
  readonly #path: (string | number | Step)[] = [];
  #depth = 0;
  #referenced = false;

  /** The message for `value`: a view that is valid until this encoder is used again. */
  encode(value: unknown): Uint8Array {
    try {
      this.position = 1;
      this.value(value);
      let first = FORMAT;
      if (this.#referenced) first |= HAS_REFERENCES;
      if (this.buffers.size > 0) {
        first |= HAS_BUFFERS;
        this.buffers.write(this);
      }
      this.patchByte(0, first);
      return this.written();
    } catch (error) {
      this.shrink();
      throw this.#explained(error);
    } finally {
      this.#identities.truncate(0);
      this.#depth = 0;
      this.#referenced = false;
      if (this.#open.length > 0) this.#open.length = 0;
      if (this.buffers.size > 0) this.buffers.truncate(0);
    }
  }

  value(value: unknown): void {
    this.reserve(0);
    switch (typeof value) {
      case 'string':
        return this.string(value);
      case 'number':
        return this.number(value);
      case 'boolean':
        return this.byte(value ? Token.TRUE : Token.FALSE);
      case 'undefined':
        return this.mark(Extension.UNDEFINED);
      case 'bigint':
        return this.bigint(value);
      case 'object':
        return value === null ? this.byte(Token.NIL) : this.#object(value);
      case 'function':
        return this.#isReference(value) ? undefined : encodeSpecial(this, value);
      case 'symbol':
        this.fail('a symbol');
    }
  }

  #object(value: object): void {
    if (this.#isReference(value)) return;
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype === Object.prototype || prototype === null) this.record(value as Record<string, unknown>);
    else if (prototype === Array.prototype && Array.isArray(value)) this.array(value);
    else encodeSpecial(this, value);
  }

  /** The own enumerable properties of a plain object. */
  record(value: Record<string, unknown>): void {
    const level = this.enter();
    const start = this.beginMap();
    let size = 0;
    for (const key in value) {
      if (!hasOwnProperty.call(value, key)) continue;
      this.#path[level] = key;
      this.string(key);
      this.value(value[key]);
      size++;
    }
    this.endMap(start, size);
    this.leave(level);
  }

  array(value: readonly unknown[]): void {
    const { length } = value;
    if (isSparse(value)) return this.extension(sparseArray, value);
    const level = this.enter();
    this.arrayHeader(length);
    for (let i = 0; i < length; i++) {
      this.#path[level] = i;
      const item = value[i];
      if (item === undefined && !(i in value)) {
        this.reserve(0);
        this.mark(Extension.HOLE);
      } else this.value(item);
    }
    this.leave(level);
  }

  /** An object that MessagePack has no type for; it has been given its number. */
  extension<T extends object>(kind: Kind<T>, value: T): void {
    const level = this.enter();
    const start = this.beginExtension(kind.extension);
    kind.encode(this, value, level);
    this.endExtension(start);
    this.leave(level);
  }

  /** Goes one level down; what it returns is for {@link step} and {@link leave}. */
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

  /** Encodes the payload of an object that the decoder can make only afterwards, so that may not lead back to it. */
  payload(owner: object, payload: unknown): void {
    this.#open.push(owner);
    this.value(payload);
    this.#open.pop();
  }

  /** Runs `write`; if what it writes cannot be carried, takes it back and returns false. */
  attempt(write: () => void): boolean {
    const mark: Mark = {
      position: this.position,
      objects: this.#identities.count,
      depth: this.#depth,
      open: this.#open.length,
      buffers: this.buffers.size,
    };
    try {
      write();
      return true;
    } catch {
      this.position = mark.position;
      this.#depth = mark.depth;
      this.#open.length = mark.open;
      this.buffers.truncate(mark.buffers);
      this.#identities.truncate(mark.objects);
      return false;
    }
  }

  override fail(reason: string, cause?: unknown): never {
    const path = formatPath(this.#path.slice(0, this.#depth));
    throw new SerializationError(`${path}: ${reason}`, path, cause === undefined ? undefined : { cause });
  }

  #isReference(value: object): boolean {
    const number = this.#identities.meet(value);
    if (number < 0) return false;
    if (this.#open.includes(value)) this.fail('a cycle through a value that is registered by value');
    this.#referenced = true;
    this.byte(Token.FIX_EXT_4);
    this.byte(Extension.REFERENCE);
    this.uint32(number);
    return true;
  }

  /** Getters, proxies and hooks throw what they like: say where. */
  #explained(error: unknown): unknown {
    if (error instanceof SerializationError) return error;
    const path = formatPath(this.#path.slice(0, this.#depth));
    const reason = error instanceof Error ? error.message : String(error);
    return new SerializationError(`${path}: reading it failed: ${reason}`, path, { cause: error });
  }
}
