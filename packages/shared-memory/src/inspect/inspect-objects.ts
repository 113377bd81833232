import { scanSegments } from './list-segments.js';
import type { SegmentInfo } from './list-segments.js';
import { Registry } from '../thread/registry.js';
import type { SegmentHeader } from '../files/segment-header.js';
import { stateOf } from '../handles/attach.js';
import type { Flow, WorkerCounts } from '../handles/attach.js';
import { cellAt } from '../slab/slab-scan.js';
import type { OwnerDescription } from '../wait/thread.js';
import { WaitRecords } from '../thread/wait-records.js';
import type { WaitRecord } from '../thread/wait-records.js';

/** An object in shared memory, with the state that its class reads. */
export interface InspectedObject extends SegmentInfo {
  /** The living threads that hold it or a part of it: the same objects as in {@link Inspection.threads}. */
  readonly holders: readonly InspectedThread[];
  /** The number of items in it; undefined for classes without items. */
  readonly items: number | undefined;
  /** What has gone through it; undefined for classes that do not count it. */
  readonly flow: Flow | undefined;
  /** The workers of the pool that it belongs to; undefined for all but pools. */
  readonly workers: WorkerCounts | undefined;
  /** The rest of its state, in a few words: `2 of 3 free`, `set`, `broken`; undefined if there is none. */
  readonly state: string | undefined;
  /** The threads that sleep on it. */
  readonly waiters: readonly OwnerDescription[];
}

/** What a thread sleeps on. */
export interface InspectedWait {
  /** The object; undefined if it has lost its name. */
  readonly object: InspectedObject | undefined;
  /** The living thread that it waits for, if any: the same object as in {@link Inspection.threads}. */
  readonly holder: InspectedThread | undefined;
}

/** A thread that uses the toolkit. */
export interface InspectedThread extends OwnerDescription {
  /** What it is blocked on; undefined while it runs, or sleeps in its event loop. */
  readonly blockedOn: InspectedWait | undefined;
  /** The oldest five waits of its event loop. */
  readonly awaits: readonly InspectedWait[];
}

/** All objects and threads that meet in one directory. */
export interface Inspection {
  readonly objects: readonly InspectedObject[];
  readonly threads: readonly InspectedThread[];
}

interface Found {
  readonly header: SegmentHeader;
  readonly cell: number;
  readonly object: InspectedObject & { readonly waiters: OwnerDescription[] };
}

interface Sleeper {
  readonly thread: InspectedThread & { blockedOn: InspectedWait | undefined; awaits: InspectedWait[] };
  readonly blocked: readonly WaitRecord[];
  readonly awaited: readonly WaitRecord[];
}

/**
 * Inspects all objects and threads: which thread holds what, and which waits for what. Takes no lock and never waits, so it
 * works even if all threads hang. Threads go on meanwhile, so parts of the result may be of different moments.
 */
export function inspectObjects(): Inspection {
  const registry = Registry.copy();
  const sleepers = registry === undefined ? new Map<number, Sleeper>() : findSleepers(registry);
  const found = scanSegments(({ info, header, cell, peek }): Found => {
    const { owners = [], items, flow, workers, state } = stateOf(info.kind, peek);
    const holders = [...new Set(owners)].map((owner) => sleepers.get(owner)?.thread).filter((one) => one !== undefined);
    return { header, cell, object: { ...info, holders, items, flow, workers, state, waiters: [] } };
  });
  const find = finderIn(found);
  for (const { thread, blocked, awaited } of sleepers.values()) {
    const resolve = (record: WaitRecord): InspectedWait => ({
      object: find(record),
      holder: sleepers.get(record.owner)?.thread,
    });
    thread.blockedOn = blocked.map(resolve)[0];
    thread.awaits = awaited.map(resolve);
    const { pid, threadId } = thread;
    for (const object of new Set([...blocked, ...awaited].map(find))) object?.waiters.push({ pid, threadId });
  }
  return {
    objects: found.map(({ object }) => object),
    threads: [...sleepers.values()].map(({ thread }) => thread),
  };
}

/** Finds the object of a wait record: by the segment's random number, and the place of the word in it. */
function finderIn(found: readonly Found[]): (record: WaitRecord) => Found['object'] | undefined {
  const segments = new Map<
    number,
    { readonly header: SegmentHeader; readonly objects: Map<number, Found['object']> }
  >();
  for (const { header, cell, object } of found) {
    const segment = segments.get(header.seed) ?? { header, objects: new Map<number, Found['object']>() };
    segments.set(header.seed, segment);
    segment.objects.set(cell, object);
  }
  return ({ seed, byteOffset }) => {
    const segment = segments.get(seed);
    return segment?.objects.get(segment.objects.has(-1) ? -1 : cellAt(segment.header, byteOffset));
  };
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
