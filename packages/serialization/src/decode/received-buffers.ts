import { types } from 'node:util';
import { FIXED, VIEWED } from '../wire/buffer-table.js';
import type { BufferRegion, BufferSource, FieldReader } from '../kinds/kind.js';
import { MAX_MESSAGE_BYTES } from '../wire/limits.js';
import { aligned, ALIGNMENT } from '../wire/wire.js';

/** Below this a copy is cheaper than keeping the whole message alive for a view of it. */
const WORTH_ALIASING = 4_096;

interface Entry {
  readonly place: number;
  readonly length: number;
  readonly origin: number;
  readonly maximum: number;
  /** Made when it is first asked for. */
  buffer: ArrayBuffer | undefined;
}

type NewResizable = new (length: number, options: { maxByteLength: number } | undefined) => ArrayBuffer;

/** The array buffers of a message that is being decoded; `buffer-table.ts` says how they lie in it. */
export class ReceivedBuffers implements BufferSource {
  readonly #from: FieldReader;
  readonly #bytes: Uint8Array;
  readonly #aliasing: boolean;
  readonly #entries: Entry[] = [];
  /** Where the contents read last end. */
  #end: number;

  /** `table` is what the message has as such, and the MessagePack ends at `end`. */
  constructor(from: FieldReader, bytes: Uint8Array, end: number, table: unknown, owned: boolean) {
    this.#from = from;
    this.#bytes = bytes;
    this.#aliasing = owned && types.isArrayBuffer(bytes.buffer) && bytes.byteOffset % ALIGNMENT === 0;
    this.#end = end;
    if (!Array.isArray(table)) from.fail('its table of buffers is damaged');
    for (let i = 0; i < table.length; i += 3) this.#add(table[i], table[i + 1], table[i + 2]);
    if (this.#end !== bytes.length) from.fail('its buffers are not as long as it says');
  }

  #add(length: unknown, origin: unknown, maximum: unknown): void {
    const place = aligned(this.#end);
    const valid =
      isNatural(length) &&
      isNatural(origin) &&
      place + length <= this.#bytes.length &&
      (maximum === VIEWED ||
        maximum === FIXED ||
        (isNatural(maximum) && maximum >= length && maximum <= MAX_MESSAGE_BYTES));
    if (!valid) this.#from.fail('its table of buffers is damaged');
    this.#end = place + length;
    this.#entries.push({ place, length, origin, maximum, buffer: undefined });
  }

  /** The whole of buffer `index`. Never a part of the message: the receiver may transfer or resize it. */
  buffer(index: number): ArrayBuffer {
    const entry = this.#entry(index);
    entry.buffer ??= this.#copy(entry);
    return entry.buffer;
  }

  /** Where a view of `byteLength` bytes from the sender's `byteOffset` of buffer `index` is to be made. */
  region(index: number, byteOffset: number, byteLength: number): BufferRegion {
    const entry = this.#entry(index);
    const offset = byteOffset - entry.origin;
    if (offset < 0 || byteLength > entry.length - offset) this.#from.fail('a view reaches beyond its buffer');
    if (entry.buffer === undefined && this.#aliasing && entry.length >= WORTH_ALIASING && entry.maximum === VIEWED) {
      return { buffer: this.#bytes.buffer as ArrayBuffer, byteOffset: this.#bytes.byteOffset + entry.place + offset };
    }
    return { buffer: this.buffer(index), byteOffset: offset };
  }

  #copy({ place, length, maximum }: Entry): ArrayBuffer {
    const options = maximum < 0 ? undefined : { maxByteLength: maximum };
    const buffer = new (ArrayBuffer as NewResizable)(length, options);
    new Uint8Array(buffer).set(this.#bytes.subarray(place, place + length));
    return buffer;
  }

  #entry(index: number): Entry {
    return this.#entries[index] ?? this.#from.fail('it has no array buffer of that number');
  }
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
