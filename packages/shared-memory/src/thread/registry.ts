import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { ensureDirectory, segmentDirectory, withDirectory } from '../files/directory.js';
import { hasErrorCode } from '../base/errno.js';
import { CorruptSegmentError, HandleError } from '../base/errors.js';
import { backendChoice, native } from '../platform/platform.js';
import { randomBytes } from '../base/random.js';
import { lotName, meet } from './meeting.js';
import { inheritanceOf, openRegistryFile, readRegistryFile, REGISTRY_FILE } from './registry-file.js';
import {
  AWAITED,
  BELL,
  BLOCKED,
  GENERATION,
  HIGH,
  INTEREST,
  isRegistryKind,
  LIFE_WORD,
  lifeCellByte,
  MAX_SLOTS,
  OWNER_DIED,
  PAGE_BYTES,
  PID,
  registryBytes,
  registryKind,
  SLOT_BITS,
  slotBase,
  slotOf,
  THREAD,
} from './registry-layout.js';
import { createFile } from '../files/segment-file.js';
import { HEADER_BYTES, readHeader, writeHeader } from '../files/segment-header.js';
import type { OwnerDescription } from '../wait/thread.js';

/** Where a word of a slot lies, for native calls and for atomics. */
export interface SlotWord {
  readonly index: number;
  readonly byteOffset: number;
}

/** The mapped file of a registry. */
interface Mapped {
  readonly segment: number;
  readonly inode: number;
}

/**
 * How to know that a thread lives whose life word is not marked: it does; or its process must be asked for, by native code,
 * or by its number where there is only a copy.
 */
type Proof = 'mark' | 'native' | 'pid';

/** All threads of this user's programs that meet in one directory. One object per thread. */
export class Registry {
  readonly directory: string;
  /** Random number that segments store, so that owner ids of another registry are never mistaken for this one's. */
  readonly id: bigint;
  /** The registry's memory, by the number that native calls take. */
  readonly segment: number;
  readonly words: Int32Array;
  readonly #inode: number;
  readonly #pageBytes: number;
  readonly #proof: Proof;

  private constructor(
    directory: string,
    mapped: Mapped,
    id: bigint,
    words: Int32Array,
    pageBytes: number,
    proof: Proof,
  ) {
    this.directory = directory;
    this.segment = mapped.segment;
    this.#inode = mapped.inode;
    this.id = id;
    this.words = words;
    this.#pageBytes = pageBytes;
    this.#proof = proof;
  }

  /** @param first the header, where a buffer over it is there already */
  static #map(directory: string, mapped: Mapped, pageBytes: number, first?: SharedArrayBuffer): Registry {
    const byteLength = registryBytes(pageBytes);
    const buffer = native().buffer(mapped.segment, 0, byteLength);
    const header = new Uint8Array(first ?? buffer, 0, HEADER_BYTES);
    const { registry } = readHeader(header, byteLength, join(directory, REGISTRY_FILE));
    native().makePermanent(mapped.segment); // only now: other threads find a permanent mapping by its path, and it is never unmapped
    const proof = native().describe().marksLives ? 'mark' : 'native';
    const made = new Registry(directory, mapped, registry, new Int32Array(buffer), pageBytes, proof);
    if (proof === 'native') meet(directory, mapped.inode, () => made.#pidsOfAll());
    return made;
  }

  /**
   * A copy to look at, without taking a slot; undefined if there is no registry. Needs no native part.
   *
   * @throws {@link CorruptSegmentError} if the file is not the registry.
   * @throws {@link HandleError} if another version of this toolkit wrote it.
   */
  static copy(): Registry | undefined {
    const directory = segmentDirectory();
    const copy = readRegistryFile(join(directory, REGISTRY_FILE));
    if (copy === undefined) return undefined;
    const { bytes, header, pageBytes } = copy;
    const proof = header.kind === registryKind(true) ? 'mark' : 'pid';
    const words = new Int32Array(bytes.buffer);
    return new Registry(directory, { segment: 0, inode: 0 }, header.registry, words, pageBytes, proof);
  }

  /**
   * Opens the registry of the directory in which this user's programs meet; creates it if needed. A process that has one
   * keeps it, and a child takes its parent's, even if the directory was replaced.
   */
  static open(): Registry {
    const directory = segmentDirectory();
    const { pageBytes, marksLives } = native().describe();
    const kind = registryKind(marksLives);
    const [segment, inode] = native().find(join(directory, REGISTRY_FILE));
    if (segment !== 0) return Registry.#map(directory, { segment, inode }, pageBytes);
    ensureDirectory(directory);
    const byteLength = registryBytes(pageBytes);
    for (;;) {
      const found = openRegistryFile(directory);
      if (found !== undefined) {
        if (found.header.kind !== kind || found.header.byteLength !== byteLength) {
          native().unmap(found.segment);
          throw noRegistry(found.path, found.header.kind);
        }
        return Registry.#map(directory, found, pageBytes);
      }
      const id = randomBytes(8).readBigUInt64LE();
      let first: SharedArrayBuffer | undefined;
      const made = createFile(directory, REGISTRY_FILE, {
        byteLength,
        reserved: PAGE_BYTES,
        reachable: true,
        initialise: (file) => {
          const header = { kind, byteLength, seed: 0, registry: id, creator: process.pid, cellBytes: 0 };
          first = native().buffer(file.segment, 0, PAGE_BYTES);
          writeHeader(new Uint8Array(first), header);
        },
      });
      // A mapping goes with its last buffer: `first` keeps it until the registry has its own.
      if (made !== undefined && first !== undefined) return Registry.#map(directory, made, pageBytes, first);
    }
  }

  /** The name of the file in which its threads meet, where they need one. */
  get lotName(): string {
    return lotName(this.#inode);
  }

  /** Whether its name now leads to another file, or to none: see lost-files.ts. */
  get isLost(): boolean {
    const path = join(this.directory, REGISTRY_FILE);
    return withDirectory(`look at ${path}`, () => lstatSync(path, { throwIfNoEntry: false })?.ino !== this.#inode);
  }

  /** What a child needs in its environment to use this registry: nothing, as long as it finds it by its name and waits alike. */
  get inheritance(): Readonly<Record<string, string>> {
    return { ...backendChoice(), ...(this.isLost && inheritanceOf(this.#inode)) };
  }

  /** The processes of the threads that live. */
  pids(): number[] {
    const found = new Set<number>();
    for (let slot = 0; slot < this.slots; slot++) {
      const pid = this.describe(this.ownerOf(slot))?.pid;
      if (pid !== undefined) found.add(pid);
    }
    return [...found];
  }

  /** One more than the highest slot in use. */
  get slots(): number {
    return Math.min(Atomics.load(this.words, HIGH), MAX_SLOTS);
  }

  /** Where the slot's life cell is. */
  cellByte(slot: number): number {
    return lifeCellByte(slot, this.#pageBytes);
  }

  /** The id of the thread that has, or had last, that slot. */
  ownerOf(slot: number): number {
    return (Atomics.load(this.words, slotBase(slot) + GENERATION) << SLOT_BITS) | (slot + 1);
  }

  /** Whether the thread has ended. True for a number that is not an owner id. */
  isDead(owner: number): boolean {
    const slot = slotOf(owner);
    if (slot < 0 || slot >= this.slots) return true;
    // The life word first: a claim in between raises the generation before it touches the life word.
    const life = this.lifeValue(slot);
    if (Atomics.load(this.words, slotBase(slot) + GENERATION) !== owner >>> SLOT_BITS) return true;
    return life === 0 || (life & OWNER_DIED) !== 0 || !this.#isProven(slot);
  }

  #isProven(slot: number): boolean {
    if (this.#proof === 'mark') return true;
    if (this.#proof === 'pid') return isRunning(this.words[slotBase(slot) + PID]!);
    return native().checkLife(this.segment, this.lifeWord(slot).byteOffset) !== 0;
  }

  /** The processes of all slots in use, whether their threads live or not. */
  *#pidsOfAll(): Iterable<number> {
    for (let slot = 0; slot < this.slots; slot++) yield Atomics.load(this.words, slotBase(slot) + PID);
  }

  /** What the slot's life word holds now. */
  lifeValue(slot: number): number {
    return Atomics.load(this.words, this.lifeWord(slot).index);
  }

  /** Where the slot's life word is: one of two places, whatever the memory holds. */
  lifeWord(slot: number): SlotWord {
    const second = Atomics.load(this.words, slotBase(slot) + LIFE_WORD) === 2 ? 1 : 0;
    const index = this.cellByte(slot) / 4 + second;
    return { index, byteOffset: index * 4 };
  }

  /** Where the life word of that owner is, or of a later thread in its slot. */
  lifeOf(owner: number): SlotWord {
    return this.lifeWord(slotOf(owner));
  }

  /** Where the slot's doorbell is. */
  bellIndex(slot: number): number {
    return slotBase(slot) + BELL;
  }

  /** Where the slot says what its thread is blocked on. */
  blockedIndex(slot: number): number {
    return slotBase(slot) + BLOCKED;
  }

  /** Where the slot says what its thread's event loop waits for. */
  awaitedIndex(slot: number): number {
    return slotBase(slot) + AWAITED;
  }

  /** Adds the hash to what the slot's thread waits for, or removes it. Called by that thread only. */
  setInterest(slot: number, hash: number, wanted: boolean): void {
    const index = slotBase(slot) + INTEREST + (hash >>> 5);
    if (wanted) Atomics.or(this.words, index, 1 << (hash & 31));
    else Atomics.and(this.words, index, ~(1 << (hash & 31)));
  }

  /** Whether the slot's thread, if it lives, waits for a word with that hash. */
  isInterested(slot: number, hash: number): boolean {
    return (Atomics.load(this.words, slotBase(slot) + INTEREST + (hash >>> 5)) & (1 << (hash & 31))) !== 0;
  }

  /** Process and thread of a living owner. */
  describe(owner: number): OwnerDescription | undefined {
    if (this.isDead(owner)) return undefined;
    const base = slotBase(slotOf(owner));
    return { pid: Atomics.load(this.words, base + PID), threadId: Atomics.load(this.words, base + THREAD) };
  }
}

function noRegistry(path: string, kind: string): Error {
  if (!isRegistryKind(kind)) return new CorruptSegmentError(`${path} is a ${kind}, not the registry`);
  return new HandleError(
    `${path} belongs to programs that wait in another way (a ${kind}): set MULTIPROCESS_NATIVE as they have it, or another MULTIPROCESS_DIR`,
  );
}

/** Whether there is a process with that number; of whatever user. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return hasErrorCode(error, 'EPERM');
  }
}
