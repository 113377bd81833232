import type { Decoder } from './decoder.js';
import { MAX_MESSAGE_BYTES } from './limits.js';

/** Below this a copy is cheaper than keeping the whole message alive for a view of it. */
const WORTH_ALIASING = 4_096;

interface Entry {
  readonly place: number;
  readonly length: number;
  readonly origin: number;
  readonly maximum: number | null;
  /** Made when it is first asked for. */
  buffer: ArrayBuffer | undefined;
}

/** What a view is to be made of. */
export interface Region {
  readonly buffer: ArrayBuffer;
  readonly byteOffset: number;
}

type NewResizable = new (length: number, options: { maxByteLength: number } | undefined) => ArrayBuffer;

/** The array buffers of a message that is being decoded; `buffer-table.ts` says how they lie in it. */
export class ReceivedBuffers {
  readonly #from: Decoder;
  readonly #bytes: Uint8Array;
  readonly #aliasing: boolean;
  readonly #entries: Entry[] = [];
  /** Where the contents read last end. */
  #end = 1;

  private constructor(from: Decoder, bytes: Uint8Array, aliasing: boolean) {
    this.#from = from;
    this.#bytes = bytes;
    this.#aliasing = aliasing;
  }

  /** Reads the table at the end of the message, and leaves the position where it was. */
  static read(from: Decoder, bytes: Uint8Array, owned: boolean): ReceivedBuffers {
    const aliasing = owned && bytes.buffer instanceof ArrayBuffer && bytes.byteOffset % 8 === 0;
    const table = new ReceivedBuffers(from, bytes, aliasing);
    const valueAt = from.position;
    if (bytes.length < 6) from.fail('its table of buffers is missing');
    from.position = bytes.length - 4;
    const start = from.uint32();
    if (start < valueAt || start > bytes.length - 4) from.fail('its table of buffers is missing');
    from.position = start;
    const fields = from.value();
    if (!Array.isArray(fields) || from.remaining !== 4) from.fail('its table of buffers is damaged');
    for (let i = 0; i < fields.length; i += 4) table.#add(start, fields.slice(i, i + 4));
    from.position = valueAt;
    return table;
  }

  #add(start: number, [place, length, origin, maximum]: readonly unknown[]): void {
    const valid =
      isNatural(place) &&
      isNatural(length) &&
      isNatural(origin) &&
      // In order and apart, so that all of them together are no more than the message.
      place >= this.#end &&
      place + length <= start &&
      (maximum === null ||
        maximum === -1 ||
        (isNatural(maximum) && maximum >= length && maximum <= MAX_MESSAGE_BYTES));
    if (!valid) this.#from.fail('its table of buffers is damaged');
    this.#end = place + length;
    this.#entries.push({ place, length, origin, maximum, buffer: undefined });
  }

  /** Checks that the value, which ended at `end`, did not run into the contents. */
  checkStart(end: number): void {
    if (this.#entries.some(({ place }) => place < end)) this.#from.fail('its buffers overlap its value');
  }

  /** The whole of buffer `index`. Never a part of the message: who has it may transfer or resize it. */
  buffer(index: number): ArrayBuffer {
    const entry = this.#entry(index);
    entry.buffer ??= this.#copy(entry);
    return entry.buffer;
  }

  /** Where a view of `byteLength` bytes from the sender's `byteOffset` of buffer `index` is to be made. */
  region(index: number, byteOffset: number, byteLength: number): Region {
    const entry = this.#entry(index);
    const offset = byteOffset - entry.origin;
    if (offset < 0 || byteLength > entry.length - offset) this.#from.fail('a view reaches beyond its buffer');
    if (entry.buffer === undefined && this.#aliasing && entry.length >= WORTH_ALIASING && entry.maximum === null) {
      return { buffer: this.#bytes.buffer as ArrayBuffer, byteOffset: this.#bytes.byteOffset + entry.place + offset };
    }
    return { buffer: this.buffer(index), byteOffset: offset };
  }

  #copy({ place, length, maximum }: Entry): ArrayBuffer {
    const options = maximum === null || maximum < 0 ? undefined : { maxByteLength: maximum };
    const buffer = new (ArrayBuffer as NewResizable)(length, options);
    new Uint8Array(buffer).set(this.#bytes.subarray(place, place + length));
    return buffer;
  }

  #entry(index: number): Entry {
    return this.#entries[index] ?? this.#from.fail(`it has no array buffer ${index}`);
  }
}

function isNatural(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
