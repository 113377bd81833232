import { aligned, ALIGNMENT } from './wire.js';

// The contents of array buffers follow the MessagePack, so that several views can share one however late the second is
// met. Each begins at the next multiple of 8. The table has three numbers a buffer: how many bytes, what `byteOffset`
// they began at in the sender's buffer, and what the buffer is: -2 if only its views are part of the value, -1 if it is
// itself, its `maxByteLength` if it is and can be resized.

export const VIEWED = -2;
export const FIXED = -1;

/** The part of one array buffer that the message needs. */
interface Entry {
  /** All of the sender's buffer. */
  readonly bytes: Uint8Array;
  begin: number;
  end: number;
  maximum: number;
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
    const index = this.#share(buffer, resizable ? maxByteLength : FIXED);
    const entry = this.#entries[index]!;
    entry.begin = 0;
    entry.end = buffer.byteLength;
    return index;
  }

  /** The index of what `view` shows of its buffer; the other views of that buffer have the same. */
  addView(view: ArrayBufferView<ArrayBuffer>): number {
    const index = this.#share(view.buffer, VIEWED);
    const entry = this.#entries[index]!;
    entry.begin = Math.min(entry.begin, view.byteOffset - (view.byteOffset % ALIGNMENT));
    entry.end = Math.max(entry.end, view.byteOffset + view.byteLength);
    return index;
  }

  /** The index of `view` alone. For a `Buffer`, whose memory is often a pool with data of others. */
  addBytes(view: Uint8Array): number {
    return this.#add(view, { bytes: view, begin: 0, end: view.byteLength, maximum: VIEWED });
  }

  #share(buffer: ArrayBuffer, maximum: number): number {
    const index = this.#indexes.get(buffer);
    if (index === undefined)
      return this.#add(buffer, { bytes: new Uint8Array(buffer), begin: Infinity, end: 0, maximum });
    if (maximum !== VIEWED) this.#entries[index]!.maximum = maximum;
    return index;
  }

  #add(key: object, entry: Entry): number {
    this.#indexes.set(key, this.#entries.length);
    return this.#entries.push(entry) - 1;
  }

  table(): number[] {
    const table: number[] = [];
    for (const { begin, end, maximum } of this.#entries) table.push(end - begin, begin, maximum);
    return table;
  }

  /** Where a message ends whose MessagePack ends at `position`. */
  endAfter(position: number): number {
    let at = position;
    for (const { begin, end } of this.#entries) at = aligned(at) + end - begin;
    return at;
  }

  /** The contents of all of them, to be put behind the MessagePack as {@link writeContents} does. */
  parts(): Uint8Array[] {
    return this.#entries.map(({ bytes, begin, end }) =>
      end - begin === bytes.length ? bytes : bytes.subarray(begin, end),
    );
  }

  /** Writes the contents of all of them behind the MessagePack, which ends at `position`. */
  writeContents(message: Uint8Array, position: number): void {
    let at = position;
    for (const { bytes, begin, end } of this.#entries) {
      const place = aligned(at);
      while (at < place) message[at++] = 0;
      message.set(end - begin === bytes.length ? bytes : bytes.subarray(begin, end), place);
      at = place + end - begin;
    }
  }

  /** Takes back all but the first `size`. */
  truncate(size: number): void {
    this.#entries.length = size;
    if (size === 0) this.#indexes.clear();
    else for (const [key, index] of this.#indexes) if (index >= size) this.#indexes.delete(key);
  }
}
