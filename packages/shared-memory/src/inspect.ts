import { readSync } from 'node:fs';
import { scanSegments } from './list-segments.js';
import type { SegmentInfo } from './list-segments.js';
import { Registry } from './registry.js';
import { HEADER_BYTES } from './segment-header.js';
import { stateOf } from './shared-object.js';
import type { OwnerDescription } from './thread.js';
import { WaitRecords } from './wait-records.js';
import type { WaitRecord } from './wait-records.js';

/** An object in shared memory, with who holds it and how much is in it, as far as its class tells. */
export interface InspectedObject extends SegmentInfo {
  /** The thread that holds it; undefined if nobody living does, or it is nothing that is held. */
  readonly holder: OwnerDescription | undefined;
  /** How many items are in it; undefined where there is nothing to count. */
  readonly items: number | undefined;
  /** The threads that sleep until something happens to it. */
  readonly waiters: readonly OwnerDescription[];
}

/** What a thread sleeps on. */
export interface InspectedWait {
  /** The object; undefined if it has lost its name. */
  readonly object: SegmentInfo | undefined;
  /** The thread that it waits for, if it waits for one that lives; its place in {@link Inspection.threads} is the same object. */
  readonly holder: InspectedThread | undefined;
}

/** A thread that uses the toolkit. */
export interface InspectedThread extends OwnerDescription {
  /** What it is blocked on; undefined while it runs, or sleeps in its event loop. */
  readonly blockedOn: InspectedWait | undefined;
  /** The oldest five of those waits that its event loop sleeps on. */
  readonly awaits: readonly InspectedWait[];
}

/** All objects and threads that meet in one directory. */
export interface Inspection {
  readonly objects: readonly InspectedObject[];
  readonly threads: readonly InspectedThread[];
}

const PAGE_BYTES = 4096;

interface Found {
  readonly info: SegmentInfo;
  readonly seed: number;
  readonly words: Int32Array;
}

interface Sleeper {
  readonly thread: InspectedThread & { blockedOn: InspectedWait | undefined; awaits: InspectedWait[] };
  readonly blocked: readonly WaitRecord[];
  readonly awaited: readonly WaitRecord[];
}

/**
 * Looks at everything there is: who has what, who waits for what. Takes part in nothing and waits for nobody, so it
 * answers also where all others hang. Threads go on meanwhile: what belongs together may have been seen at two moments.
 */
export function inspect(): Inspection {
  const registry = Registry.copy();
  const found = scanSegments((fd, info, { seed }): Found => ({ info, seed, words: firstWords(fd) }));
  const sleepers = registry === undefined ? new Map<number, Sleeper>() : findSleepers(registry);
  const waiters = new Map<number, OwnerDescription[]>();
  for (const { thread, blocked, awaited } of sleepers.values()) {
    const resolve = (record: WaitRecord): InspectedWait => ({
      object: found.find(({ seed }) => seed === record.seed)?.info,
      holder: sleepers.get(record.owner)?.thread,
    });
    thread.blockedOn = blocked.map(resolve)[0];
    thread.awaits = awaited.map(resolve);
    for (const seed of new Set([...blocked, ...awaited].map((record) => record.seed))) {
      const { pid, threadId } = thread;
      waiters.set(seed, [...(waiters.get(seed) ?? []), { pid, threadId }]);
    }
  }
  const objects = found.map(({ info, seed, words }): InspectedObject => {
    const { owner = 0, items } = stateOf(info.kind, words);
    return { ...info, holder: registry?.describe(owner), items, waiters: waiters.get(seed) ?? [] };
  });
  return { objects, threads: [...sleepers.values()].map(({ thread }) => thread) };
}

/** All living threads, by owner id. */
function findSleepers(registry: Registry): Map<number, Sleeper> {
  const found = new Map<number, Sleeper>();
  for (let slot = 0; slot < registry.slots; slot++) {
    const owner = registry.ownerOf(slot);
    const description = registry.describe(owner);
    if (description === undefined) continue;
    found.set(owner, {
      thread: { ...description, blockedOn: undefined, awaits: [] },
      blocked: WaitRecords.ofBlocked(registry, slot).read(),
      awaited: WaitRecords.ofAwaited(registry, slot).read(),
    });
  }
  return found;
}

/** A copy of the object's first words; zeros where the file is shorter. */
function firstWords(fd: number): Int32Array {
  const words = new Int32Array((PAGE_BYTES - HEADER_BYTES) / 4);
  readSync(fd, words, 0, words.byteLength, HEADER_BYTES);
  return words;
}
