/** An item as it came out of the ring: the bytes of `source` from `start` to `end`. */
export class RingItem {
  readonly source: Uint8Array<ArrayBuffer>;
  readonly start: number;
  readonly end: number;
  /** Whether the memory is its own; else it is valid until this thread takes from a ring again. */
  readonly owned: boolean;
  /** The sender's mark. An untrusted sender may write anything. */
  readonly mark: number;

  constructor(source: Uint8Array<ArrayBuffer>, start: number, end: number, owned: boolean, mark = 0) {
    this.source = source;
    this.start = start;
    this.end = end;
    this.owned = owned;
    this.mark = mark;
  }

  /** Copies of items that were taken together, in memory that they share. */
  static copyAll(items: readonly RingItem[]): RingItem[] {
    const [first] = items;
    if (first === undefined) return [];
    if (items.length === 1) return [first.owned ? first : first.copy()];
    const begin = first.start & ~7; // aligned as they were
    const copy = first.source.slice(begin, items.at(-1)!.end);
    return items.map(({ start, end, mark }) => new RingItem(copy, start - begin, end - begin, false, mark));
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.source.subarray(this.start, this.end);
  }

  /** A copy in memory of its own. */
  copy(): RingItem {
    return new RingItem(this.bytes.slice(), 0, this.end - this.start, true, this.mark);
  }
}
