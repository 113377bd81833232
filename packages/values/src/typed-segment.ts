import { CorruptSegmentError, HandleError, Segment, namingOf, optionsOf } from '@multiprocess/shared-memory';
import type { NameOptions, ObjectState, Peek } from '@multiprocess/shared-memory';
import { LOCK_BYTES, LOCK_START, givenLock, goesWith, readLock, writeLock } from './cell-lock.js';
import type { CellLock, LockOption } from './cell-lock.js';
import type { Lock, RLock } from '@multiprocess/sync';
import { cellsOf } from './cells.js';
import { TYPE_NAMES, bytesOf } from './value-types.js';
import type { ValueType } from './value-types.js';

// Layout: TYPE and the lock's words are written once, before anybody else sees the segment.
//   TYPE        which of TYPE_NAMES, plus one
//   LENGTH      how many values
//   LOCK_START  512 bytes that say which lock goes with it; see cell-lock.ts
//   CELLS       the values in a row. Each is written by one atomic operation, so a crash leaves it as it was before or after
const TYPE = 0;
const LENGTH = 1;
const CELLS = LOCK_START + LOCK_BYTES;

/** What a value or an array is made with. */
export interface CellOptions extends NameOptions {
  /** The lock that goes with it: one that is given, or `false` for none. Default: an `RLock` of its own. */
  readonly lock?: LockOption;
}

/** Values of one type in a segment, with the lock that goes with them. */
export interface TypedSegment {
  readonly segment: Segment;
  readonly type: ValueType;
  /** Bytes from the start of the segment to the first value. */
  readonly byteOffset: number;
  readonly length: number;
  readonly lock: CellLock;
}

/**
 * Makes a segment for `length` values, or attaches to the one of the same name.
 *
 * @throws {HandleError} If the name is taken by something else, another type, another length or with another lock.
 */
export function createTyped(
  kind: string,
  type: ValueType,
  length: number,
  options: CellOptions,
  fill: (made: TypedSegment) => void,
): TypedSegment {
  const { lock, ...names } = optionsOf(options, '{ lock: false }');
  const { name, create } = namingOf(names);
  const { segment, created } = Segment.create({
    kind,
    byteLength: CELLS + Math.max(1, length) * bytesOf(type),
    name,
    create,
    initialise: (made) => {
      made.words[TYPE] = TYPE_NAMES.indexOf(type) + 1;
      made.words[LENGTH] = length;
      writeLock(made, lock);
      fill(openTyped(made));
    },
  });
  const found = openTyped(segment, givenLock(lock));
  const hasLock = created || goesWith(segment, lock);
  if (hasLock && found.type === type && found.length === length) return found;
  segment.close();
  if (!hasLock) throw new HandleError(`The ${kind} named ${JSON.stringify(name)} was made with another lock`);
  throw new HandleError(
    `The ${kind} named ${JSON.stringify(name)} has ${found.length} of type ${found.type}, not ${length} of ${type}`,
  );
}

/**
 * What is in a segment. Writes nothing.
 *
 * @param lock the lock that it was made with, where that is at hand
 * @throws {CorruptSegmentError} If it contradicts itself.
 */
export function openTyped(segment: Segment, lock?: Lock | RLock): TypedSegment {
  const type = TYPE_NAMES[(segment.words[TYPE] ?? 0) - 1];
  if (type === undefined) throw new CorruptSegmentError(`${segment.reference} holds values of no type that is known`);
  const length = segment.words[LENGTH]!;
  if (length < 0 || segment.byteLength < CELLS + length * bytesOf(type)) {
    throw new CorruptSegmentError(`${segment.reference} is too short for ${length} values of type ${type}`);
  }
  return { segment, type, byteOffset: CELLS, length, lock: readLock(segment, lock) };
}

/** What can be told of a single value from outside. */
export function lookAtValue(peek: Peek): ObjectState {
  const type = typeIn(peek);
  if (type === undefined) return {};
  const cell = new Int32Array(new SharedArrayBuffer(8));
  cell.set(peek(CELLS / 4, 2));
  return { state: `${type} ${cellsOf(type, cell.buffer, 0, 1).load(0)}` };
}

/** What can be told of an array from outside. */
export function lookAtArray(peek: Peek): ObjectState {
  const type = typeIn(peek);
  return type === undefined ? {} : { items: peek(LENGTH, 1)[0]!, state: type };
}

function typeIn(peek: Peek): ValueType | undefined {
  return TYPE_NAMES[peek(TYPE, 1)[0]! - 1];
}
