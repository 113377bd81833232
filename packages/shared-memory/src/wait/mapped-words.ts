import { types } from 'node:util';
import { onceAThread } from '../platform/platform.js';
import { threadTable } from '../runtime/thread-table.js';
import type { ObjectEvent } from '../base/diagnostics.js';

/** Where a buffer lies: in which mapping, from which byte on, and the segment's random number. */
interface Mapped {
  /** Number that native calls take. */
  readonly segment: number;
  /** Byte of the mapping that the buffer starts at. */
  readonly start: number;
  /** Random number of the segment: the same in every process that maps it. */
  readonly seed: number;
  /** Lives as long as the buffer: the segment, as diagnostics show it. */
  readonly keeper: Keeper;
}

/** A segment, as diagnostics show it. */
interface Keeper extends ObjectEvent {
  /** For a slab: the object that a word belongs to. */
  readonly objectAt?: ((index: number) => ObjectPlace | undefined) | undefined;
}

/** Where in shared memory a word is. */
export interface ObjectPlace {
  readonly object: ObjectEvent;
  /** Which of the object's words it is. */
  readonly word: number;
}

/** A segment of any copy of this package, as far as other copies use it. */
export interface AnySegment {
  readonly kind: string;
  readonly reference: string;
  readonly isOpen: boolean;
  keep(): void;
}

// The segments of all copies of this package in the thread, by buffer, so that each copy can tell what a buffer belongs to.
// The numbers in `mappings` are those of a copy's own binary, and mean nothing to another copy.
const segments = threadTable(
  '@multiprocess/segments by buffer 1',
  () => new WeakMap<ArrayBufferLike, AnySegment>(),
  types.isWeakMap,
);

// One table per thread, for all that use the same binary, since its parker is one: what one realm has mapped, another may wake.
// Its keys are weak: the table holds no buffer, but each buffer holds its segment through it. Made with the first mapping.
let mappings: WeakMap<ArrayBufferLike, Mapped> | undefined;

function allMappings(): WeakMap<ArrayBufferLike, Mapped> {
  return (mappings ??= onceAThread('@multiprocess/mappings 1', () => new WeakMap(), types.isWeakMap));
}

// Whether this runtime has made an ArrayBuffer over a mapping, since it can make no SharedArrayBuffer: none is looked up otherwise.
let hasUnshared = false;

/** Whether other threads or processes may see and change the contents of `buffer`. */
export function isSharedMemory(buffer: ArrayBufferLike): boolean {
  return types.isSharedArrayBuffer(buffer) || (hasUnshared && allMappings().has(buffer));
}

/** Remembers where `buffer` lies, for code that has only words over it. */
export function rememberMapping(buffer: ArrayBufferLike, mapped: Mapped): void {
  hasUnshared ||= !types.isSharedArrayBuffer(buffer);
  allMappings().set(buffer, mapped);
  if (isSegment(mapped.keeper)) segments.set(buffer, mapped.keeper);
}

/** The segment whose whole memory `buffer` is, of any copy of this package; undefined if there is none. */
export function segmentOfBuffer(buffer: ArrayBufferLike): AnySegment | undefined {
  const found: unknown = segments.get(buffer);
  return isSegment(found) ? found : undefined;
}

/** Another copy may have put anything there. */
function isSegment(found: unknown): found is AnySegment {
  if (typeof found !== 'object' || found === null) return false;
  const { kind, reference, isOpen, keep } = found as Partial<Record<keyof AnySegment, unknown>>;
  return (
    typeof kind === 'string' &&
    typeof reference === 'string' &&
    typeof isOpen === 'boolean' &&
    typeof keep === 'function'
  );
}

/**
 * The mapping that the words lie in.
 *
 * @throws {@link TypeError} if they are not in a segment: processes can wait on nothing else.
 */
export function mappingOf(words: Int32Array): Mapped {
  const mapped = mappings?.get(words.buffer) ?? mappedAgain(words.buffer);
  if (mapped === undefined) throw new TypeError('These words are not in a segment of shared memory');
  return mapped;
}

// How this copy maps a segment itself. Set by `segment.ts`, which imports this file.
let mapAgain: ((segment: AnySegment) => ArrayBufferLike) | undefined;

/** Sets how to map a segment that another copy of this package has mapped. */
export function mapForeignBy(map: (segment: AnySegment) => ArrayBufferLike): void {
  mapAgain = map;
}

/** Where words of another copy's segment lie in a mapping of this copy's own, which lives as long as their buffer does. */
function mappedAgain(buffer: ArrayBufferLike): Mapped | undefined {
  const segment = segmentOfBuffer(buffer);
  if (segment?.isOpen !== true) return undefined;
  const mapped = mapAgain && allMappings().get(mapAgain(segment));
  if (mapped !== undefined) allMappings().set(buffer, mapped);
  return mapped;
}

/** Byte offset of a word in its mapping. */
export function byteOffsetOf(mapped: Mapped, words: Int32Array, index: number): number {
  return mapped.start + words.byteOffset + index * 4;
}

/** The object that a word belongs to; undefined if it is in no segment. */
export function objectOf(words: Int32Array, index: number): ObjectPlace | undefined {
  const object = mappings?.get(words.buffer)?.keeper;
  if (object?.objectAt !== undefined) return object.objectAt(words.byteOffset / 4 + index);
  return object && { object, word: index };
}
