import { CorruptSegmentError } from '@multiprocess/shared-memory';
import type { Thread } from '@multiprocess/shared-memory';
import type { EncodedKey } from '../codec/encoded-key.js';
import {
  BUCKET_SHIFT,
  DIRTY,
  ENTRY_WORDS,
  EPOCH,
  HASH,
  HEAD,
  keyShapeIn,
  NEXT,
  SHAPE,
  UNIT_WORDS_SHIFT,
  VERSION,
} from '../words/layout.js';
import type { Geometry } from '../words/geometry.js';
import { lockWord, takeOverWord, unlockWord } from '../words/word-lock.js';

// The chains of entries, one for each bucket. A change is one store: of HEAD, or of NEXT of the entry before. Entries are never
// changed in what a reader reads, but replaced; a replaced one keeps its NEXT, so that a reader on it finds the way on.
//
// Why a reader without a lock reads nothing torn. It loads VERSION, follows the chain, copies what it wants, and loads VERSION again:
// if that is the same, the copy counts. A writer changes the chain, raises VERSION, and only then frees the memory of what it
// removed, and a unit is written only by the thread that has taken it when it was free. So bytes that change while they are read
// belong to an entry whose removal has raised VERSION before, and the copy does not count. An old value read meanwhile does, as the
// value before the change. A thread that takes a bucket over from a dead one raises VERSION, since the dead one may have been
// about to, and before it settles what that one has left.
// A reader tries again only when another thread has changed its bucket, and takes the lock after some tries, so it ends.
// VERSION wraps after 2^32 changes of one bucket during one read.
//
// Why what a thread has read before is still in the map, if isAsRead() says so, although it was read at VERSION v long ago. It finds LOCK
// free first. At that moment no change is half done: each raises VERSION before its lock is released, and the lock of a thread that
// died between stays taken, until another one takes the bucket over and raises VERSION. Then it finds VERSION to be v. As VERSION only
// grows, it was v at that moment too, so no change was done since VERSION became v, and what was read at v is what is there. The other
// order would be wrong: a change may be in the chain, and seen by others, while VERSION is still v; and be done when LOCK is read.
// VERSION and EPOCH do not come back to the same two numbers, but after 2^60 changes. EPOCH is raised in the same critical section in which
// VERSION becomes a multiple of 2^30, or by the thread that takes over the bucket of one that died there. VERSION passes four of these
// before it is v again, and all of them but the last one are in sections that are over.

/** EPOCH is raised when VERSION becomes a multiple of the next number. */
const EPOCH_MASK = 0x3fffffff;

/** The chains of a map, and the locks of their buckets. */
export class Chains {
  /**
   * The unit of the entry that {@link find} found last. A reader without a lock uses this, and does not read the word that refers
   * to it again: by then it may refer to another entry, and VERSION not be raised yet.
   */
  found = 0;
  readonly #words: Int32Array;
  readonly #thread: Thread;
  readonly #bucketsAt: number;
  readonly #mask: number;
  readonly #firstUnit: number;
  readonly #endUnit: number;
  readonly #reference: string;

  constructor(
    words: Int32Array,
    geometry: Pick<Geometry, 'bucketsAt' | 'bucketCount' | 'firstUnit' | 'endUnit'>,
    thread: Thread,
    reference: string,
  ) {
    this.#words = words;
    this.#thread = thread;
    this.#bucketsAt = geometry.bucketsAt;
    this.#mask = geometry.bucketCount - 1;
    this.#firstUnit = geometry.firstUnit;
    this.#endUnit = geometry.endUnit;
    this.#reference = reference;
  }

  /** The first word of the bucket of that hash. */
  bucketOf(hash: number): number {
    return this.#bucketsAt + ((hash & this.#mask) << BUCKET_SHIFT);
  }

  /** The first words of all buckets. */
  *buckets(): Generator<number, void, void> {
    for (let i = 0; i <= this.#mask; i++) yield this.#bucketsAt + (i << BUCKET_SHIFT);
  }

  version(bucket: number): number {
    return Atomics.load(this.#words, bucket + VERSION);
  }

  /** What tells one VERSION from the same number after it has wrapped. Loaded before the second look at VERSION. */
  get epoch(): number {
    return Atomics.load(this.#words, EPOCH);
  }

  /** Whether, at a moment within this call, the chain of that bucket was as it was read at that VERSION and EPOCH. */
  isAsRead(bucket: number, version: number, epoch: number): boolean {
    const words = this.#words;
    return (
      Atomics.load(words, bucket) === 0 &&
      Atomics.load(words, bucket + VERSION) === version &&
      Atomics.load(words, EPOCH) === epoch
    );
  }

  /** The first entry of a bucket; 0 if it is empty. */
  head(bucket: number): number {
    return Atomics.load(this.#words, bucket + HEAD);
  }

  isLocked(bucket: number): boolean {
    return Atomics.load(this.#words, bucket) !== 0;
  }

  lock(bucket: number): void {
    if (lockWord(this.#words, bucket, this.#thread)) this.#takenOver(bucket);
  }

  /** Frees the lock of a dead thread. */
  takeOverIfDead(bucket: number): void {
    if (!this.isLocked(bucket) || !takeOverWord(this.#words, bucket, this.#thread)) return;
    this.#takenOver(bucket);
    this.unlock(bucket);
  }

  unlock(bucket: number): void {
    unlockWord(this.#words, bucket, this.#thread);
  }

  /**
   * The word that refers to the entry of that key: HEAD, or NEXT of another. 0 if there is none. Without the lock, it counts only if
   * VERSION stays the same.
   *
   * @throws {@link CorruptSegmentError} if the chain leads nowhere, or without end.
   */
  find(bucket: number, key: EncodedKey): number {
    const words = this.#words;
    let link = bucket + HEAD;
    let unit = Atomics.load(words, link);
    for (let left = this.#endUnit; unit !== 0; left--) {
      this.#check(unit, left, bucket);
      const at = unit << UNIT_WORDS_SHIFT;
      if (words[at + HASH] === key.hash && keyShapeIn(words[at + SHAPE]!) === key.shape && this.#isSame(at, key)) {
        this.found = unit;
        return link;
      }
      link = at + NEXT;
      unit = Atomics.load(words, link);
    }
    return 0;
  }

  /** The same for the entry that begins at that unit. */
  findUnit(bucket: number, wanted: number): number {
    let link = bucket + HEAD;
    let unit = Atomics.load(this.#words, link);
    for (let left = this.#endUnit; unit !== 0; left--) {
      this.#check(unit, left, bucket);
      if (unit === wanted) return link;
      link = (unit << UNIT_WORDS_SHIFT) + NEXT;
      unit = Atomics.load(this.#words, link);
    }
    return 0;
  }

  /** The units of the entries of a bucket. Without the lock, they count only if VERSION stays the same. */
  unitsOf(bucket: number): number[] {
    const found: number[] = [];
    let unit = this.head(bucket);
    for (let left = this.#endUnit; unit !== 0; left--) {
      this.#check(unit, left, bucket);
      found.push(unit);
      unit = Atomics.load(this.#words, (unit << UNIT_WORDS_SHIFT) + NEXT);
    }
    return found;
  }

  /**
   * Publishes a new entry, or replaces the unit `old`, to which `link` refers. Under the lock. The plain store of NEXT is seen by all
   * who see the unit, since the store that publishes it follows.
   */
  publish(bucket: number, link: number, old: number, unit: number): void {
    const words = this.#words;
    const next = (unit << UNIT_WORDS_SHIFT) + NEXT;
    if (link === 0) {
      words[next] = Atomics.load(words, bucket + HEAD);
      Atomics.store(words, bucket + HEAD, unit);
    } else {
      words[next] = Atomics.load(words, (old << UNIT_WORDS_SHIFT) + NEXT);
      Atomics.store(words, link, unit);
    }
    this.#raiseVersion(bucket);
  }

  /** Removes the unit `old`, to which `link` refers. Under the lock. */
  unlink(bucket: number, link: number, old: number): void {
    Atomics.store(this.#words, link, Atomics.load(this.#words, (old << UNIT_WORDS_SHIFT) + NEXT));
    this.#raiseVersion(bucket);
  }

  #takenOver(bucket: number): void {
    Atomics.store(this.#words, DIRTY, 1);
    this.#raiseVersion(bucket);
    this.#raiseEpoch();
  }

  #raiseVersion(bucket: number): void {
    const raised = Atomics.add(this.#words, bucket + VERSION, 1) + 1;
    if ((raised & EPOCH_MASK) === 0) this.#raiseEpoch();
  }

  #raiseEpoch(): void {
    Atomics.add(this.#words, EPOCH, 1);
  }

  #isSame(at: number, key: EncodedKey): boolean {
    const words = this.#words;
    for (let i = 0; i < key.wordCount; i++) if (words[at + ENTRY_WORDS + i] !== key.words[i]) return false;
    return true;
  }

  #check(unit: number, left: number, bucket: number): void {
    if (unit >= this.#firstUnit && unit < this.#endUnit && left > 0) return;
    const place = left > 0 ? `leads to unit ${unit}` : 'has no end';
    throw new CorruptSegmentError(`The chain of the bucket at word ${bucket} of ${this.#reference} ${place}`);
  }
}
