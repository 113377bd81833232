import { checkOptions, HandleError, randomBytes, Segment } from '@multiprocess/shared-memory';
import { planGeometry, tableBytesFor } from './words/geometry.js';
import type { Geometry } from './words/geometry.js';
import {
  BASE,
  BUCKETS,
  EARLIEST,
  MAX_ENTRIES,
  NEVER,
  PAGE_SHIFT,
  PAGES,
  SEED,
  TABLES_END,
  TTL,
} from './words/layout.js';
import { monotonicNow } from './table/monotonic.js';
import { checkMapOptions, MAP_OPTIONS } from './options.js';
import type { MapPlan, SharedMapOptions } from './options.js';

export const KIND = 'map.SharedMap';

/**
 * Creates the segment of a map, or attaches to that of the same name.
 *
 * @throws {@link HandleError} if the name is taken by something else, or by a map with other options.
 */
export function openMapSegment(options: SharedMapOptions | undefined): Segment {
  const plan = checkMapOptions(options);
  const { name, create, memory, maxEntries } = plan;
  const geometry = planGeometry(memory, maxEntries);
  if (create) checkTables(geometry);
  const { segment, created } = Segment.create({
    kind: KIND,
    byteLength: memory,
    reserved: tableBytesFor(geometry, 1),
    name,
    create,
    initialise: (made) => writeHead(made, plan, geometry),
  });
  if (created) return segment;
  const wrong = difference(segment, plan, checkOptions(options, '{}', MAP_OPTIONS));
  if (wrong === undefined) return segment;
  segment.close();
  throw new HandleError(`The map named ${JSON.stringify(name)} has ${wrong}`);
}

/** Milliseconds that entries of the map live by default, 0 for ever. */
export function ttlOf(segment: Segment): number {
  return floatAt(segment, TTL)[0]!;
}

function difference(segment: Segment, plan: MapPlan, given: SharedMapOptions): string | undefined {
  const { memory, ttl, maxEntries, takes } = plan;
  const found = segment.words[MAX_ENTRIES]!;
  if (given.memory !== undefined && segment.byteLength !== memory) {
    return `${segment.byteLength} bytes of memory, not ${memory}`;
  }
  if (!takes.ttl && ttlOf(segment) !== ttl) return `a ttl of ${ttlOf(segment)} ms, not ${ttl}; 0 is for ever`;
  if (!takes.maxEntries && found !== maxEntries) return `${found} maxEntries, not ${maxEntries}; 0 is no limit`;
  return undefined;
}

function writeHead(made: Segment, { ttl, maxEntries }: MapPlan, geometry: Geometry): void {
  const { words } = made;
  words[TABLES_END] = tableBytesFor(geometry, 1);
  words[EARLIEST] = NEVER;
  words[SEED] = randomBytes(4).readInt32LE();
  words[BUCKETS] = geometry.bucketCount;
  words[PAGE_SHIFT] = geometry.pageShift;
  words[PAGES] = geometry.pageCount;
  words[MAX_ENTRIES] = maxEntries;
  floatAt(made, TTL)[0] = ttl;
  floatAt(made, BASE)[0] = monotonicNow();
}

function floatAt({ buffer }: Segment, word: number): Float64Array {
  return new Float64Array(buffer, word * 4, 1);
}

/** @throws {@link RangeError} if the tables leave less than half of the memory to entries. */
function checkTables({ byteLength, tableBytes, maxEntries }: Geometry): void {
  if (tableBytes <= byteLength / 2) return;
  throw new RangeError(
    `memory must be at least ${2 * tableBytes} bytes for maxEntries of ${maxEntries}, received ${byteLength} (number)`,
  );
}
