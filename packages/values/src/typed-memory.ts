import {
  checkNaming,
  checkOptions,
  CorruptSegmentError,
  createMemory,
  HandleError,
  NAME_OPTIONS,
  Segment,
} from '@multiprocess/shared-memory';
import type { NameOptions, ObjectMemory, ObjectPlan, ObjectState, Peek } from '@multiprocess/shared-memory';
import { isLock } from '@multiprocess/sync';
import type { Lock, RLock } from '@multiprocess/sync';
import { CellLock, goesWith, LOCK_START, lockOwnersIn, MAX_LOCK_BYTES, planLock, writeLock } from './cell-lock.js';
import type { LockOption } from './cell-lock.js';
import { cellsOf } from './cells/cells-of.js';
import { bytesOf, TYPE_NAMES } from './cells/value-types.js';
import type { ValueType } from './cells/value-types.js';

// Layout. All words except the values and those of the lock are written once, before other threads can see them.
//   TYPE    the index in TYPE_NAMES, plus one
//   LENGTH  number of values
//   LOCK    the lock, which continues at LOCK_START; see cell-lock.ts
//   CELLS   byte at which the values begin. Each is written by one atomic operation, so a crash leaves it before or after that
const TYPE = 0;
const LENGTH = 1;
const CELLS = 3;

/** Arrays begin at a cache line of their own. */
const ARRAY_ALIGNMENT = 64;
const VALUE_ALIGNMENT = 8;

/** The options of a value or an array. */
export interface CellOptions extends NameOptions {
  /** The lock that goes with it, or `false` for no lock. Default: an `RLock` of its own. */
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

/** How to create values of one type, or to attach to those of the same name. */
export interface TypedPlan {
  readonly kind: string;
  readonly type: ValueType;
  readonly length: number;
  readonly options: CellOptions;
  /** Writes what new values start with. */
  readonly fill: (made: TypedMemory) => void;
}

/**
 * Creates a single value, or attaches to the one of the same name.
 *
 * @throws {@link HandleError} if the name is taken by something else, or made with another type or another lock.
 */
export function createValue(plan: TypedPlan): TypedMemory {
  return create(plan, (lockBytes, name) => {
    const cells = roundUp(LOCK_START + (name === undefined ? lockBytes : MAX_LOCK_BYTES), VALUE_ALIGNMENT);
    return { cells, byteLength: cells + VALUE_ALIGNMENT, make: createMemory };
  });
}

/**
 * Creates a segment for an array, or attaches to the one of the same name. No other object may be in there, since the array
 * itself, with its buffer, is given to the user.
 *
 * @throws {@link HandleError} if the name is taken by something else, or made with another type, length or lock.
 */
export function createArray(plan: TypedPlan): TypedMemory<Segment> {
  const cells = roundUp(LOCK_START + MAX_LOCK_BYTES, ARRAY_ALIGNMENT);
  const byteLength = cells + Math.max(1, plan.length) * bytesOf(plan.type);
  return create(plan, () => ({ cells, byteLength, make: createSegment }));
}

function createSegment(plan: ObjectPlan): { memory: Segment; created: boolean } {
  const { segment: memory, created } = Segment.create(plan);
  return { memory, created };
}

/** Where the values begin in new memory, its size, and how to create it. */
interface TypedLayout<M extends ObjectMemory> {
  readonly cells: number;
  readonly byteLength: number;
  readonly make: (plan: ObjectPlan) => { readonly memory: M; readonly created: boolean };
}

function create<M extends ObjectMemory>(
  { kind, type, length, options, fill }: TypedPlan,
  plan: (lockBytes: number, name: string | undefined) => TypedLayout<M>,
): TypedMemory<M> {
  const { lock, ...names } = checkOptions(options, '{ lock: false }', [...NAME_OPTIONS, 'lock']);
  const naming = checkNaming(names);
  const lockPlan = planLock(lock);
  const { cells, byteLength, make } = plan(lockPlan.byteLength, naming.name);
  const { memory, created } = make({
    kind,
    byteLength,
    ...naming,
    initialise: (made) => {
      writeHead(made, type, length, cells);
      writeLock(made, lockPlan);
      fill(openTyped(made));
    },
  });
  const found = openTyped(memory, isLock(lock) ? lock : undefined);
  const hasLock = created || goesWith(memory, lock);
  if (hasLock && found.type === type && found.length === length) return found;
  memory.close();
  const named = `The ${kind} named ${JSON.stringify(naming.name)}`;
  if (!hasLock) throw new HandleError(`${named} was made with another lock`);
  throw new HandleError(`${named} has ${found.length} of type ${found.type}, not ${length} of ${type}`);
}

/**
 * The values in shared memory. Writes nothing.
 *
 * @param lock the lock that they were created with in this thread, if any
 * @throws {@link CorruptSegmentError} if it contradicts itself. It is closed then.
 */
export function openTyped<M extends ObjectMemory>(memory: M, lock?: Lock | RLock): TypedMemory<M> {
  const { words, firstWord, byteLength } = memory;
  const isWhole = byteLength >= LOCK_START;
  const type = isWhole ? TYPE_NAMES[words[firstWord + TYPE]! - 1] : undefined;
  const length = isWhole ? words[firstWord + LENGTH]! : 0;
  const cells = isWhole ? words[firstWord + CELLS]! : 0;
  const fault =
    type === undefined
      ? 'holds values of an unknown type'
      : length < 0 || cells < LOCK_START || cells % VALUE_ALIGNMENT !== 0 || byteLength < cells + length * bytesOf(type)
        ? `is too short for ${length} values of type ${type}`
        : undefined;
  if (type !== undefined && fault === undefined)
    return { memory, type, byteOffset: memory.byteOffset + cells, length, lock: new CellLock(memory, lock) };
  memory.close();
  throw new CorruptSegmentError(`${memory.reference} ${fault}`);
}

/** The state of a single value, read from outside. */
export function lookAtValue(peek: Peek): ObjectState {
  const type = typeIn(peek);
  if (type === undefined) return {};
  const cell = new Int32Array(new SharedArrayBuffer(8));
  cell.set(peek(Math.max(0, peek(CELLS, 1)[0]!) / 4, 2));
  return { owners: lockOwnersIn(peek), state: `${type} ${cellsOf(type, cell.buffer, 0, 1).load(0)}` };
}

/** The state of an array, read from outside. */
export function lookAtArray(peek: Peek): ObjectState {
  const type = typeIn(peek);
  return type === undefined ? {} : { items: peek(LENGTH, 1)[0]!, state: type };
}

function writeHead({ words, firstWord }: ObjectMemory, type: ValueType, length: number, cells: number): void {
  words[firstWord + TYPE] = TYPE_NAMES.indexOf(type) + 1;
  words[firstWord + LENGTH] = length;
  words[firstWord + CELLS] = cells;
}

function typeIn(peek: Peek): ValueType | undefined {
  return TYPE_NAMES[peek(TYPE, 1)[0]! - 1];
}

function roundUp(byteLength: number, alignment: number): number {
  return Math.ceil(byteLength / alignment) * alignment;
}
