import { SerializationError } from '@multiprocess/shared-memory';
import { isPlain } from '../values/is-plain.js';
import { kindOf } from '../kinds/kind-of.js';
import type { FieldReader } from '../kinds/kind.js';
import { MAX_DEPTH } from '../wire/limits.js';
import { ReceivedBuffers } from './received-buffers.js';
import { unpack } from './unpack.js';
import { BUFFERS_HEADER_BYTES, END_AT, HAS_BUFFERS, HEADER_BYTES, Tag } from '../wire/wire.js';

/** Stands for an object that is numbered but cannot be made yet. */
const PENDING = Symbol('pending');
const NO_FIELDS: readonly unknown[] = [];

/**
 * Turns a message that has tagged arrays back into its value: msgpackr reads plain data, and those become what they
 * stand for. Whatever the bytes are, it ends, and allocates in proportion to them.
 */
export class Decoder implements FieldReader {
  #objects: unknown[] = [];
  #buffers: ReceivedBuffers | undefined;
  /** The tagged array that is being read, and how far it is. */
  #fields = NO_FIELDS;
  #at = 0;
  #depth = 0;

  /** `first` is the first of the `bytes`, and not just FORMAT. After an error this decoder must not be used again. */
  decode(bytes: Uint8Array, first: number, owned: boolean): unknown {
    const hasBuffers = (first & HAS_BUFFERS) !== 0;
    const value = this.#revived(hasBuffers ? this.#unpackWithBuffers(bytes, owned) : unpack(bytes, HEADER_BYTES));
    this.#objects = [];
    this.#buffers = undefined;
    this.#fields = NO_FIELDS;
    return value;
  }

  #unpackWithBuffers(bytes: Uint8Array, owned: boolean): unknown {
    if (bytes.length < BUFFERS_HEADER_BYTES) this.fail('its header is missing');
    const end = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(END_AT);
    if (end > bytes.length) this.fail('it ends too early');
    const content = unpack(bytes.subarray(0, end), BUFFERS_HEADER_BYTES);
    if (!Array.isArray(content) || content.length !== 2) this.fail('its table of buffers is missing');
    this.#buffers = new ReceivedBuffers(this, bytes, end, content[1], owned);
    return content[0];
  }

  /** What `value`, as msgpackr gave it, stands for. Plain objects and arrays become that in place. */
  #revived(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (!isPlain(value)) this.fail('a token that is never written');
    if (!Array.isArray(value)) return this.#record(value as Record<string, unknown>);
    return value.length > 0 && value[0] === undefined ? this.#tagged(value) : this.#array(value);
  }

  #record(record: Record<string, unknown>): unknown {
    this.register(record);
    this.enter();
    for (const key of Object.keys(record)) {
      const item = record[key];
      if (typeof item === 'object' && item !== null) record[key] = this.#revived(item);
    }
    this.leave();
    return record;
  }

  #array(array: unknown[]): unknown[] {
    this.register(array);
    this.enter();
    for (let i = 0; i < array.length; i++) {
      const item = array[i];
      if (typeof item !== 'object' || item === null) continue;
      if (isHole(item)) Reflect.deleteProperty(array, i);
      else array[i] = this.#revived(item);
    }
    this.leave();
    return array;
  }

  #tagged(fields: readonly unknown[]): unknown {
    const tag = fields[1];
    if (tag === Tag.ARRAY) return this.#array(fields.slice(2));
    if (tag === Tag.REFERENCE) return this.#reference(fields[2]);
    const kind = typeof tag === 'number' ? kindOf(tag) : undefined;
    if (kind === undefined) return this.fail(`an unknown tag, a ${typeof tag}`);
    const outer = this.#fields;
    const outerAt = this.#at;
    this.#fields = fields;
    this.#at = 2;
    this.enter();
    const value = kind.decode(this);
    this.leave();
    if (!this.atEnd()) this.fail(`a value of tag ${String(tag)} has more fields than it takes`);
    this.#fields = outer;
    this.#at = outerAt;
    return value;
  }

  #reference(number: unknown): unknown {
    const object = typeof number === 'number' ? this.#objects[number] : undefined;
    if (object === undefined || object === PENDING) this.fail('a reference to an object that is not there yet');
    return object;
  }

  /** Gives `object` its number. Call it for every object, before anything in it is decoded. */
  register<T extends object>(object: T): T {
    this.#objects.push(object);
    return object;
  }

  /** Takes a number for an object that can be made only once its payload is decoded. */
  reserve(): number {
    return this.#objects.push(PENDING) - 1;
  }

  fulfil<T>(number: number, object: T): T {
    this.#objects[number] = object;
    return object;
  }

  get buffers(): ReceivedBuffers {
    return this.#buffers ?? this.fail('it has no array buffers');
  }

  atEnd(): boolean {
    return this.#at === this.#fields.length;
  }

  /** The next field of the tagged array that is being read. */
  value(): unknown {
    if (this.atEnd()) this.fail('a field is missing');
    return this.#revived(this.#fields[this.#at++]);
  }

  string(): string {
    const value = this.value();
    return typeof value === 'string' ? value : this.fail(`expected a string, not ${typeof value}`);
  }

  number(): number {
    const value = this.value();
    return typeof value === 'number' ? value : this.fail(`expected a number, not ${typeof value}`);
  }

  /** A size, offset, count or index. */
  natural(): number {
    const value = this.number();
    return Number.isSafeInteger(value) && value >= 0 ? value : this.fail('expected a count, not another number');
  }

  enter(): void {
    if (++this.#depth > MAX_DEPTH) this.fail(`nested more than ${MAX_DEPTH} levels deep`);
  }

  leave(): void {
    this.#depth--;
  }

  fail(reason: string): never {
    throw new SerializationError(`The message is damaged: ${reason}`);
  }
}

function isHole(value: object): boolean {
  return Array.isArray(value) && value.length === 2 && value[0] === undefined && value[1] === Tag.HOLE;
}
