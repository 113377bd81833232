import {
  CorruptSegmentError,
  HandleError,
  Segment,
  createMemory,
  namingOf,
  optionsOf,
} from '@multiprocess/shared-memory';
import type { NameOptions, ObjectMemory, ObjectState, Peek } from '@multiprocess/shared-memory';
import type { Lock, RLock } from '@multiprocess/sync';
import {
  CellLock,
  LOCK_START,
  MAX_LOCK_BYTES,
  givenLock,
  goesWith,
  lockOwnersIn,
  planLock,
  writeLock,
} from './cell-lock.js';
import type { LockOption } from './cell-lock.js';
import { cellsOf } from './cells-of.js';
import { TYPE_NAMES, bytesOf } from './value-types.js';
import type { ValueType } from './value-types.js';

// Layout: all but the values and the words of the lock is written once, before another thread sees it.
//   TYPE    which of TYPE_NAMES, plus one
//   LENGTH  how many values
//   LOCK    which lock goes with it, and what it takes from LOCK_START on; see cell-lock.ts
//   CELLS   byte at which the values begin. Each is written by one atomic operation, so a crash leaves it as it was before
//           or after
const TYPE = 0;
const LENGTH = 1;
const CELLS = 3;

/** Where arrays begin: at a cache line of their own. */
const ARRAY_ALIGNMENT = 64;
const VALUE_ALIGNMENT = 8;

/** What a value or an array is made with. */
export interface CellOptions extends NameOptions {
  /** The lock that goes with it: one that is given, or `false` for none. Default: an `RLock` of its own. */
  readonly lock?: LockOption;
}

/** Values of one type in shared memory, with the lock that goes with them. */
export interface TypedMemory<M extends ObjectMemory = ObjectMemory> {
  readonly memory: M;
  readonly type: ValueType;
  /** Bytes from the start of the buffer to the first value. */
  readonly byteOffset: number;
  readonly length: number;
  readonly lock: CellLock;
}

/**
 * Makes a single value, or attaches to the one of the same name.
 *
 * @throws {HandleError} If the name is taken by something else, or made with another type or another lock.
 */
export function createValue(
  kind: string,
  type: ValueType,
  options: CellOptions,
  fill: (made: TypedMemory) => void,
): TypedMemory {
  const { lock, ...names } = optionsOf(options, '{ lock: false }');
  const naming = namingOf(names);
  const plan = planLock(lock);
  const lockBytes = naming.name === undefined ? plan.byteLength : MAX_LOCK_BYTES;
  const cells = roundedUp(LOCK_START + lockBytes, VALUE_ALIGNMENT);
  const { memory, created } = createMemory({
    kind,
    byteLength: cells + VALUE_ALIGNMENT,
    ...naming,
    initialise: (made) => {
      writeHead(made, type, 1, cells);
      writeLock(made, plan);
      fill(openTyped(made));
    },
  });
  return checked(openTyped(memory, givenLock(lock)), {
    kind,
    type,
    length: 1,
    name: naming.name,
    hasLock: created || goesWith(memory, lock),
  });
}

/**
 * Makes a segment for an array of `length` values, or attaches to the one of the same name. Since the array itself is the
 * user's, with its buffer, no other object may be in there.
 *
 * @throws {HandleError} If the name is taken by something else, or made with another type, length or lock.
 */
export function createArray(
  kind: string,
  type: ValueType,
  length: number,
  options: CellOptions,
  fill: (made: TypedMemory) => void,
): TypedMemory<Segment> {
  const { lock, ...names } = optionsOf(options, '{ lock: false }');
  const naming = namingOf(names);
  const plan = planLock(lock);
  const cells = roundedUp(LOCK_START + MAX_LOCK_BYTES, ARRAY_ALIGNMENT);
  const { segment, created } = Segment.create({
    kind,
    byteLength: cells + Math.max(1, length) * bytesOf(type),
    ...naming,
    initialise: (made) => {
      writeHead(made, type, length, cells);
      writeLock(made, plan);
      fill(openTyped(made));
    },
  });
  return checked(openTyped(segment, givenLock(lock)), {
    kind,
    type,
    length,
    name: naming.name,
    hasLock: created || goesWith(segment, lock),
  });
}

/**
 * What is in shared memory. Writes nothing.
 *
 * @param lock the lock that it was made with, where that is at hand
 * @throws {CorruptSegmentError} If it contradicts itself. It is closed then.
 */
export function openTyped<M extends ObjectMemory>(memory: M, lock?: Lock | RLock): TypedMemory<M> {
  const { words, firstWord, byteLength } = memory;
  const isWhole = byteLength >= LOCK_START;
  const type = isWhole ? TYPE_NAMES[words[firstWord + TYPE]! - 1] : undefined;
  const length = isWhole ? words[firstWord + LENGTH]! : 0;
  const cells = isWhole ? words[firstWord + CELLS]! : 0;
  const fault =
    type === undefined
      ? 'holds values of no type that is known'
      : length < 0 || cells < LOCK_START || cells % VALUE_ALIGNMENT !== 0 || byteLength < cells + length * bytesOf(type)
        ? `is too short for ${length} values of type ${type}`
        : undefined;
  if (type !== undefined && fault === undefined)
    return { memory, type, byteOffset: memory.byteOffset + cells, length, lock: new CellLock(memory, lock) };
  memory.close();
  throw new CorruptSegmentError(`${memory.reference} ${fault}`);
}

/** What can be told of a single value from outside. */
export function lookAtValue(peek: Peek): ObjectState {
  const type = typeIn(peek);
  if (type === undefined) return {};
  const cell = new Int32Array(new SharedArrayBuffer(8));
  cell.set(peek(Math.max(0, peek(CELLS, 1)[0]!) / 4, 2));
  return { owners: lockOwnersIn(peek), state: `${type} ${cellsOf(type, cell.buffer, 0, 1).load(0)}` };
}

/** What can be told of an array from outside. */
export function lookAtArray(peek: Peek): ObjectState {
  const type = typeIn(peek);
  return type === undefined ? {} : { items: peek(LENGTH, 1)[0]!, state: type };
}

function writeHead({ words, firstWord }: ObjectMemory, type: ValueType, length: number, cells: number): void {
  words[firstWord + TYPE] = TYPE_NAMES.indexOf(type) + 1;
  words[firstWord + LENGTH] = length;
  words[firstWord + CELLS] = cells;
}

/** What was asked for. */
interface Wanted {
  readonly kind: string;
  readonly type: ValueType;
  readonly length: number;
  readonly name: string | undefined;
  /** Whether what was found goes with the lock that was asked for. */
  readonly hasLock: boolean;
}

function checked<T extends TypedMemory>(found: T, { kind, type, length, name, hasLock }: Wanted): T {
  if (hasLock && found.type === type && found.length === length) return found;
  found.memory.close();
  const named = `The ${kind} named ${JSON.stringify(name)}`;
  if (!hasLock) throw new HandleError(`${named} was made with another lock`);
  throw new HandleError(`${named} has ${found.length} of type ${found.type}, not ${length} of ${type}`);
}

function typeIn(peek: Peek): ValueType | undefined {
  return TYPE_NAMES[peek(TYPE, 1)[0]! - 1];
}

function roundedUp(byteLength: number, alignment: number): number {
  return Math.ceil(byteLength / alignment) * alignment;
}
