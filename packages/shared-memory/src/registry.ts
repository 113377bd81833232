import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { blockThread } from './block-thread.js';
import { ensureDirectory, segmentDirectory } from './directory.js';
import { hasErrorCode, systemErrorOf } from './errno.js';
import { CorruptSegmentError, HandleError, OutOfMemoryError } from './errors.js';
import { native } from './platform.js';
import { randomBytes } from './random.js';
import { createFile, openFile } from './segment-file.js';
import { HEADER_BYTES, readHeader, writeHeader } from './segment-header.js';
import type { OwnerDescription } from './thread.js';

// The registry: one segment per directory, with a slot for every thread that uses the toolkit.
//
// Header page: HIGH, how many slots were ever in use. Written under the claim lock, grows only.
//
// A slot, 64 words, written by its own thread only, but for BELL and while it is being claimed:
//   LIFE        a robust mutex of the C library (64 bytes), held by the thread from the claim to its end. The kernel
//               sets bit 30 of the word with the thread's number when the thread ends, however it ends.
//   LIFE_WORD   which word of the mutex that is (0 glibc, 1 musl), plus one; 0 until the first claim
//   GENERATION  1 .. 2^19 - 1, one more at every claim
//   PID, THREAD process id and worker number, for people
//   BLOCKED     3 words: what the thread is blocked on, for people; see wait-records.ts
//   INTEREST    512 bits: hashes of the words that the thread's event loop waits for; read by whoever wakes
//   BELL        see doorbell.ts
//   AWAITED     15 words: what its event loop waits for, for people; see wait-records.ts
//
// An owner id is GENERATION << 12 | slot number + 1. It fits 31 bits, is never 0, and names the same thread until a
// slot has been claimed half a million times more.
//
// Claiming is rare (once a thread) and done under flock(LOCK_EX) on the directory, which the kernel drops if the claimer
// dies. A claimer first raises GENERATION, which makes every older id dead, then renews the mutex. Killed in between, it
// leaves a slot whose mutex is free (0) or marked: dead either way, so the next claimer may have it.
const SLOT_WORDS = 64;
const LIFE_WORD = 16;
const GENERATION = 17;
const PID = 18;
const THREAD = 19;
const BLOCKED = 20;
const INTEREST = 32;
const BELL = 48;
const AWAITED = 49;

const MAX_SLOTS = 4095;
const MAX_GENERATION = 2 ** 19 - 1;
const SLOT_BITS = 12;
const SLOT_MASK = 0xfff;
const OWNER_DIED = 0x40000000;

const PAGE_BYTES = 4096;
const BYTES = PAGE_BYTES + MAX_SLOTS * SLOT_WORDS * 4;
const HIGH = HEADER_BYTES / 4;
const FIRST_SLOT = PAGE_BYTES / 4;

const FILE_NAME = 'registry';
const KIND = 'shared-memory.Registry';
const LOCK_EXCLUSIVE = 2;
const CLAIM_PAUSE_MS = 1;
const MAX_CLAIM_TRIES = 5000;
const { O_DIRECTORY, O_RDONLY } = constants;

/** How many different hashes an interest set tells apart. */
export const INTEREST_BITS = 512;

/** Where a word of a slot lies, for native calls and for atomics. */
export interface SlotWord {
  readonly index: number;
  readonly byteOffset: number;
}

/** All threads of this user's programs that meet in one directory. One object a thread. */
export class Registry {
  readonly directory: string;
  /** Random number that segments remember, so that owner ids of another registry are never mistaken for this one's. */
  readonly id: bigint;
  /** The registry's memory, by the number that native calls take. */
  readonly segment: number;
  readonly words: Int32Array;

  private constructor(directory: string, segment: number, id: bigint, words: Int32Array) {
    this.directory = directory;
    this.segment = segment;
    this.id = id;
    this.words = words;
  }

  static #map(directory: string, segment: number, id: bigint): Registry {
    return new Registry(directory, segment, id, new Int32Array(native().buffer(segment, 0, BYTES)));
  }

  /**
   * A copy to look at, without a slot for whoever looks; undefined if there is no registry. Needs no native part.
   *
   * @throws {CorruptSegmentError} If the file is no registry.
   * @throws {HandleError} If another version of this toolkit wrote it.
   */
  static copy(): Registry | undefined {
    const directory = segmentDirectory();
    const path = join(directory, FILE_NAME);
    let bytes: Uint8Array;
    try {
      bytes = Uint8Array.from(readFileSync(path));
    } catch (error) {
      if (hasErrorCode(error, 'ENOENT')) return undefined;
      throw error;
    }
    const { kind, registry } = readHeader(bytes, bytes.byteLength, path);
    if (kind !== KIND || bytes.byteLength !== BYTES) throw new CorruptSegmentError(`${path} is no registry`);
    return new Registry(directory, 0, registry, new Int32Array(bytes.buffer));
  }

  /** The registry of the directory that programs of this user meet in; made if there is none. */
  static open(): Registry {
    const directory = segmentDirectory();
    ensureDirectory(directory);
    for (;;) {
      const found = openFile(directory, FILE_NAME, { permanent: true });
      if (found !== undefined) {
        if (found.header.kind !== KIND || found.header.byteLength !== BYTES) {
          throw new CorruptSegmentError(`${found.path} is a ${found.header.kind}, not the registry`);
        }
        return Registry.#map(directory, found.segment, found.header.registry);
      }
      const id = randomBytes(8).readBigUInt64LE();
      const made = createFile(directory, FILE_NAME, {
        byteLength: BYTES,
        reserved: PAGE_BYTES,
        permanent: true,
        initialise: ({ segment }) => {
          const header = { kind: KIND, byteLength: BYTES, seed: 0, registry: id, creator: process.pid, cellBytes: 0 };
          writeHeader(new Uint8Array(native().buffer(segment, 0, PAGE_BYTES)), header);
        },
      });
      if (made !== undefined) return Registry.#map(directory, made.segment, id);
    }
  }

  /** How many slots to look at when looking at all. */
  get slots(): number {
    return Math.min(Atomics.load(this.words, HIGH), MAX_SLOTS);
  }

  /**
   * Takes a slot for the calling thread, for life.
   *
   * @returns the thread's owner id
   * @throws {HandleError} If 4095 threads have one already.
   */
  claim(): number {
    const fd = openSync(this.directory, O_RDONLY | O_DIRECTORY);
    try {
      for (let tries = 0; native().lock(fd, LOCK_EXCLUSIVE) < 0; tries++) {
        if (tries === MAX_CLAIM_TRIES)
          throw new HandleError(`${this.directory} stays locked: is a process of this toolkit stopped?`);
        blockThread(CLAIM_PAUSE_MS);
      }
      return this.#claimLocked();
    } finally {
      closeSync(fd);
    }
  }

  #claimLocked(): number {
    const high = this.slots;
    let slot = 0;
    while (slot < high && !this.isDead(this.ownerOf(slot))) slot++;
    if (slot === MAX_SLOTS) throw new HandleError(`${MAX_SLOTS} threads share ${this.directory} already`);
    const base = slotBase(slot);
    const reserved = native().reserve(this.segment, pageOf(base * 4), PAGE_BYTES);
    if (reserved < 0) {
      throw new OutOfMemoryError(`No room for another thread in ${this.directory}`, {
        cause: systemErrorOf(reserved, 'fallocate'),
      });
    }
    const generation = (Atomics.load(this.words, base + GENERATION) % MAX_GENERATION) + 1;
    Atomics.store(this.words, base + GENERATION, generation);
    for (let i = 0; i < INTEREST_BITS / 32; i++) Atomics.store(this.words, base + INTEREST + i, 0);
    Atomics.store(this.words, base + BELL, 0);
    this.words.fill(0, base + BLOCKED, base + INTEREST);
    this.words.fill(0, base + AWAITED, base + SLOT_WORDS);
    const lifeByte = native().claimLife(this.segment, base * 4);
    if (lifeByte < 0) throw systemErrorOf(lifeByte, 'pthread_mutex_lock');
    this.words[base + PID] = process.pid;
    this.words[base + THREAD] = threadId;
    Atomics.store(this.words, base + LIFE_WORD, lifeByte / 4 + 1);
    if (slot >= high) Atomics.store(this.words, HIGH, slot + 1);
    return (generation << SLOT_BITS) | (slot + 1);
  }

  /** The id of the thread that has, or had last, that slot. */
  ownerOf(slot: number): number {
    return (Atomics.load(this.words, slotBase(slot) + GENERATION) << SLOT_BITS) | (slot + 1);
  }

  /** Whether the thread has ended. True for what is no owner id at all: nobody living can be harmed by it. */
  isDead(owner: number): boolean {
    const slot = slotOf(owner);
    if (slot < 0 || slot >= this.slots) return true;
    // The life word first: a claim in between raises the generation before it touches the life word.
    const life = this.lifeValue(slot);
    if (Atomics.load(this.words, slotBase(slot) + GENERATION) !== owner >>> SLOT_BITS) return true;
    return life === 0 || (life & OWNER_DIED) !== 0;
  }

  /** What the slot's life word holds now. */
  lifeValue(slot: number): number {
    return Atomics.load(this.words, this.lifeWord(slot).index);
  }

  /** Where the slot's life word is. Only two values are possible, whatever stands in memory. */
  lifeWord(slot: number): SlotWord {
    const base = slotBase(slot);
    const index = base + (Atomics.load(this.words, base + LIFE_WORD) === 2 ? 1 : 0);
    return { index, byteOffset: index * 4 };
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

  /** Adds the hash to what the slot's thread waits for, or takes it out. By that thread only. */
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

/** The slot number in an owner id; −1 for what is none. */
export function slotOf(owner: number): number {
  return owner <= 0 ? -1 : (owner & SLOT_MASK) - 1;
}

function slotBase(slot: number): number {
  return FIRST_SLOT + slot * SLOT_WORDS;
}

function pageOf(byteOffset: number): number {
  return byteOffset - (byteOffset % PAGE_BYTES);
}
