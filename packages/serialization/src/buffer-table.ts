import type { Encoder } from './encoder.js';

// The contents of array buffers follow the value, so that several views can share one however late the second is met,
// and begin at multiples of 8, so that any view of a message that does so too may look at them in place:
//
//   value  padding  contents  padding  contents …  table  start of the table (32 bits)
//
// The table is an array in MessagePack, four elements a buffer: where its contents are in the message, how many bytes,
// what `byteOffset` they began at in the sender's buffer, and what the buffer is: null if only its views are part of the
// value, -1 if it is itself, its `maxByteLength` if it is and can be resized.

const ALIGNMENT = 8;

/** The part of one array buffer that the message needs. */
interface Entry {
  /** All of the sender's buffer. */
  readonly bytes: Uint8Array;
  begin: number;
  end: number;
  maximum: number | null;
  place: number;
}

// ES2024, which Node 20 has and the compiler's ES2023 library does not.
type Resizable = ArrayBuffer & { readonly resizable: boolean; readonly maxByteLength: number };

/** The array buffers of a message that is being encoded, each once. */
export class BufferTable {
  readonly #entries: Entry[] = [];
  readonly #indexes = new Map<object, number>();

  get size(): number {
    return this.#entries.length;
  }

  /** The index of all of `buffer`. */
  addBuffer(buffer: ArrayBuffer): number {
    const { resizable, maxByteLength } = buffer as Resizable;
    const index = this.#share(buffer, resizable ? maxByteLength : -1);
    const entry = this.#entries[index] as Entry;
    entry.begin = 0;
    entry.end = buffer.byteLength;
    return index;
  }

  /** The index of what `view` shows of its buffer; the other views of that buffer have the same. */
  addView(view: ArrayBufferView<ArrayBuffer>): number {
    const index = this.#share(view.buffer, null);
    const entry = this.#entries[index] as Entry;
    entry.begin = Math.min(entry.begin, view.byteOffset - (view.byteOffset % ALIGNMENT));
    entry.end = Math.max(entry.end, view.byteOffset + view.byteLength);
    return index;
  }

  /** The index of `view` alone. For a `Buffer`, whose memory is often a pool that holds what is nobody's business. */
  addBytes(view: Uint8Array): number {
    return this.#add(view, { bytes: view, begin: 0, end: view.byteLength, maximum: null, place: 0 });
  }

  #share(buffer: ArrayBuffer, maximum: number | null): number {
    const index = this.#indexes.get(buffer);
    if (index === undefined) {
      return this.#add(buffer, { bytes: new Uint8Array(buffer), begin: Infinity, end: 0, maximum, place: 0 });
    }
    if (maximum !== null) (this.#entries[index] as Entry).maximum = maximum;
    return index;
  }

  #add(key: object, entry: Entry): number {
    this.#indexes.set(key, this.#entries.length);
    return this.#entries.push(entry) - 1;
  }

  /** Writes the contents and the table; the value has been written. */
  write(to: Encoder): void {
    for (const entry of this.#entries) {
      to.pad(ALIGNMENT);
      entry.place = to.position;
      to.raw(entry.bytes.subarray(entry.begin, entry.end));
    }
    to.reserve(0);
    const start = to.position;
    to.arrayHeader(this.#entries.length * 4);
    for (const { place, begin, end, maximum } of this.#entries) {
      to.value(place);
      to.value(end - begin);
      to.value(begin);
      to.value(maximum);
    }
    to.reserve(0);
    to.uint32(start);
  }

  /** Takes back all but the first `size`. */
  truncate(size: number): void {
    this.#entries.length = size;
    if (size === 0) this.#indexes.clear();
    else for (const [key, index] of this.#indexes) if (index >= size) this.#indexes.delete(key);
  }
}
