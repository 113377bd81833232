/** An item as it came out of the ring: the bytes of `source` from `start` to `end`. */
export class RingItem {
  readonly source: Uint8Array<ArrayBuffer>;
  readonly start: number;
  readonly end: number;
  /** Whether no other code will ever write there; else it is valid until this thread takes from a ring again. */
  readonly owned: boolean;
  /** What its sender said of it: anything, if that one is not to be trusted. */
  readonly mark: number;

  constructor(source: Uint8Array<ArrayBuffer>, start: number, end: number, owned: boolean, mark = 0) {
    this.source = source;
    this.start = start;
    this.end = end;
    this.owned = owned;
    this.mark = mark;
  }

  /** The same items in memory of their own, which those that were taken together share again. */
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

  /** The same in memory of its own. */
  copy(): RingItem {
    return new RingItem(this.bytes.slice(), 0, this.end - this.start, true, this.mark);
  }
}
