import { MultiprocessError, SerializationError } from '@multiprocess/shared-memory';
import { defineOwn } from './define-own.js';
import { ReceivedBuffers } from './received-buffers.js';
import { kindOf } from './kinds/kind-of.js';
import { MAX_DEPTH } from './limits.js';
import { Reader } from './reader.js';
import { Extension, FORMAT, HAS_BUFFERS, HAS_REFERENCES, Token } from './wire.js';

/** Stands for an object that is numbered but cannot be made yet. */
const PENDING = Symbol('pending');

export interface DecodeOptions {
  /**
   * Whether nobody else will write into these bytes, nor use them: then large binary parts of the value may be views
   * of them. If not, everything is copied out before {@link decode} returns.
   */
  readonly owned: boolean;
}

/**
 * Turns a message back into its value. Whatever the bytes are, it ends, allocates in proportion to them, and throws
 * nothing but errors of this toolkit.
 */
export class Decoder extends Reader {
  /** Objects by number; only if the message refers to any. */
  #objects: unknown[] | undefined;
  #buffers: ReceivedBuffers | undefined;
  #depth = 0;

  decode(bytes: Uint8Array, options: DecodeOptions): unknown {
    this.open(bytes);
    try {
      const first = bytes.length > 1 ? this.byte() : 0;
      if ((first & 0xf0) !== FORMAT) this.fail('it is no message of this toolkit, or of another version');
      if ((first & HAS_BUFFERS) !== 0) this.#buffers = ReceivedBuffers.read(this, bytes, options.owned);
      if ((first & HAS_REFERENCES) !== 0) this.#objects = []; // after the table, which is not part of the value
      const value = this.value();
      this.#buffers?.checkStart(this.position);
      if (this.#buffers === undefined && !this.atEnd()) this.fail('something follows the value');
      return value;
    } catch (error) {
      if (error instanceof MultiprocessError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new SerializationError(`The message cannot be decoded: ${reason}`, '$', { cause: error });
    } finally {
      this.close();
      this.#objects = undefined;
      this.#buffers = undefined;
      this.#depth = 0;
    }
  }

  value(): unknown {
    const token = this.byte();
    if (token < 0x80) return token;
    if (token >= Token.FIX_STR && token < Token.NIL) return this.text(token - Token.FIX_STR);
    if (token >= Token.NEGATIVE) return token - 0x100;
    switch (token) {
      case Token.NIL:
        return null;
      case Token.FALSE:
        return false;
      case Token.TRUE:
        return true;
      case Token.FLOAT_64:
        return this.float64();
      case Token.MAP_16:
        return this.#record(this.uint16());
      case Token.MAP_32:
        return this.#record(this.uint32());
      case Token.ARRAY_32:
        return this.#array(this.uint32());
      case Token.UINT_8:
        return this.byte();
      case Token.UINT_16:
        return this.uint16();
      case Token.INT_8:
        return (this.byte() << 24) >> 24;
      case Token.INT_16:
        return (this.uint16() << 16) >> 16;
      case Token.INT_32:
        return this.uint32() | 0;
      case Token.INT_64:
        return this.bigint64();
      case Token.STR_8:
        return this.text(this.byte());
      case Token.STR_16:
        return this.text(this.uint16());
      case Token.STR_32:
        return this.text(this.uint32());
      case Token.FIX_EXT_1:
        return this.#mark();
      case Token.FIX_EXT_4:
        return this.#reference();
      case Token.EXT_32:
        return this.#extension();
      default:
        if (token >= Token.FIX_ARRAY && token < Token.FIX_STR) return this.#array(token - Token.FIX_ARRAY);
        return this.fail(`unknown token 0x${token.toString(16)}`);
    }
  }

  #record(size: number): Record<string, unknown> {
    const record = this.register<Record<string, unknown>>({});
    this.enter();
    for (let i = 0; i < size; i++) {
      const key = this.key() ?? this.string();
      const value = this.value();
      if (key === '__proto__') defineOwn(record, key, value);
      else record[key] = value;
    }
    this.leave();
    return record;
  }

  #array(length: number): unknown[] {
    // Grown by push: a length is only a claim, and room must not be made for elements that do not come.
    const array = this.register<unknown[]>([]);
    this.enter();
    for (let i = 0; i < length; i++) {
      if (this.skipHole()) array.length = i + 1;
      else array.push(this.value());
    }
    this.leave();
    return array;
  }

  #mark(): undefined {
    const type = this.byte();
    this.byte();
    if (type !== Extension.UNDEFINED) this.fail(`unknown extension ${type}`);
    return undefined;
  }

  #reference(): unknown {
    if (this.byte() !== Extension.REFERENCE) this.fail('unknown extension');
    const number = this.uint32();
    const object = this.#objects?.[number];
    if (object === undefined || object === PENDING) this.fail(`reference to object ${number}, which is not there yet`);
    return object;
  }

  #extension(): unknown {
    const outerEnd = this.narrow(this.uint32() + 1);
    const type = this.byte();
    const kind = kindOf(type);
    if (kind === undefined) this.fail(`unknown extension ${type}`);
    this.enter();
    const value = kind.decode(this);
    this.leave();
    if (!this.atEnd()) this.fail(`extension ${type} is longer than its contents`);
    this.widen(outerEnd);
    return value;
  }

  /** Gives `object` its number. To be called for every object, before anything in it is decoded. */
  register<T extends object>(object: T): T {
    this.#objects?.push(object);
    return object;
  }

  /** Takes a number for an object that can be made only once its payload is decoded. */
  reserve(): number {
    return (this.#objects?.push(PENDING) ?? 0) - 1;
  }

  fulfil<T>(number: number, object: T): T {
    if (this.#objects !== undefined) this.#objects[number] = object;
    return object;
  }

  get buffers(): ReceivedBuffers {
    return this.#buffers ?? this.fail('it has no array buffers');
  }

  string(): string {
    const value = this.value();
    return typeof value === 'string' ? value : this.fail(`a string was due, not ${typeof value}`);
  }

  number(): number {
    const value = this.value();
    return typeof value === 'number' ? value : this.fail(`a number was due, not ${typeof value}`);
  }

  /** A size, offset, count or index. */
  natural(): number {
    const value = this.number();
    return Number.isSafeInteger(value) && value >= 0 ? value : this.fail(`a count was due, not ${value}`);
  }

  enter(): void {
    if (++this.#depth > MAX_DEPTH) this.fail(`nested more than ${MAX_DEPTH} levels deep`);
  }

  leave(): void {
    this.#depth--;
  }
}
