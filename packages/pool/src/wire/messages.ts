// The messages between a pool and its workers: a header of 32-bit words, then a serialized value.
// Both sides check what they read: an unknown kind, function or task is skipped, never used as an index.
//
// To a worker, through the ring of its channel:
//   KIND      CALL or CHUNK: run a task; DEFINE: the body is a function; FORGET: drop all functions
//   ID        of the task; comes back with its result
//   FUNCTION  number under which the function was defined
//   SLOT      index of the task's claim word in the channel
//   ATTEMPT   number that the claim word must have for the worker to claim the task
//   FLAGS     see below
// To the pool, through the one ring of results:
//   KIND      VALUE or ERROR: how a task ended; PROGRESS: what it reports while it runs; READY, BROKEN: how a worker's start ended
//   ID        of the task; number of the worker
//   MICROS    microseconds that it ran
import type { RingItem } from '@multiprocess/shared-memory';

export const KIND = 0;
export const ID = 1;
export const FUNCTION = 2;
export const SLOT = 3;
export const ATTEMPT = 4;
export const FLAGS = 5;
export const MICROS = 2;

export const TASK_HEADER_BYTES = 32;
export const RESULT_HEADER_BYTES = 16;

/** The body is an array of arguments. */
export const CALL = 1;
/** The body is a block of inputs: see item-block.ts. */
export const CHUNK = 2;
export const DEFINE = 3;
export const FORGET = 4;

export const VALUE = 1;
export const ERROR = 2;
export const READY = 3;
export const BROKEN = 4;
export const PROGRESS = 5;

export const NO_FLAGS = 0;
/** The task has a time limit or a signal, so it may be asked to stop. */
export const STOPPABLE = 1;
/** Each input is an array of arguments. */
export const SPREAD = 2;
/** An input that fails does not end the chunk: the result has an outcome for each input. */
export const EACH = 4;
/** The caller listens to what the task reports. */
export const REPORTS = 8;

/** Flags of a task: any of STOPPABLE, SPREAD, EACH and REPORTS. */
export type Flags = number;

/** The value of a message, serialized. If it is not `owned`, it is valid only during the call that passes it. */
export type Body = Pick<RingItem, 'bytes' | 'owned'>;
