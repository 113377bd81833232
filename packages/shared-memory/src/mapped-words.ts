import type { ObjectEvent } from './diagnostics.js';

/** Where a buffer lies: in which mapping, from which byte on, and the segment's random number. */
interface Mapped {
  /** Number that native calls take. */
  readonly segment: number;
  /** Byte of the mapping that the buffer starts at. */
  readonly start: number;
  /** Differs between segments, is the same for everybody who maps one. */
  readonly seed: number;
  /** What must live as long as the buffer does: the segment, as others are told of it. */
  readonly keeper: Keeper;
}

/** A segment, as others are told of it. */
interface Keeper extends ObjectEvent {
  /** Which object a word belongs to, where there are several. */
  readonly objectAt?: ((index: number) => ObjectPlace | undefined) | undefined;
}

/** Where in shared memory a word is. */
export interface ObjectPlace {
  readonly object: ObjectEvent;
  /** Which of the object's words it is. */
  readonly word: number;
}

// One table a thread. It is keyed weakly, so it holds no buffer; a buffer holds its segment through it.
const mappings = new WeakMap<ArrayBufferLike, Mapped>();

/** Remembers where `buffer` lies, for whoever has nothing but words over it. */
export function rememberMapping(buffer: ArrayBufferLike, mapped: Mapped): void {
  mappings.set(buffer, mapped);
}

/**
 * Where the words lie.
 *
 * @throws {TypeError} If they are not over a mapped segment: between processes nothing else can be waited on.
 */
export function mappingOf(words: Int32Array): Mapped {
  const mapped = mappings.get(words.buffer);
  if (mapped === undefined) throw new TypeError('These words are not in a segment of shared memory');
  return mapped;
}

/** Byte offset of a word in its mapping. */
export function byteOffsetOf(mapped: Mapped, words: Int32Array, index: number): number {
  return mapped.start + words.byteOffset + index * 4;
}

/** The object that a word belongs to; undefined if it is in no segment. */
export function objectOf(words: Int32Array, index: number): ObjectPlace | undefined {
  const object = mappings.get(words.buffer)?.keeper;
  if (object?.objectAt !== undefined) return object.objectAt(words.byteOffset / 4 + index);
  return object && { object, word: index };
}

/** The object whose memory `buffer` is all of; undefined if it is that of none. */
export function mappedObject(buffer: ArrayBufferLike): ObjectEvent | undefined {
  return mappings.get(buffer)?.keeper;
}
