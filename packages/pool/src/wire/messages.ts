// What travels between a pool and its workers: a header of 32-bit words, then a value as the serializer writes it.
// Both sides check what they read: an unknown kind, function or task is passed over, never used as an index.
//
// To a worker, through the ring of its channel:
//   KIND      CALL or CHUNK: run something; DEFINE: the body is a function; FORGET: all functions so far are out of use
//   ID        of the task; comes back with its result
//   FUNCTION  number under which the function was defined
//   SLOT      where the task's claim stands in the channel, and
//   TICKET    what stands there as long as nobody else has it
//   FLAGS     see below
// To the pool, through the one ring of results:
//   KIND      VALUE or ERROR: how a task ended; READY, BROKEN: how a worker's start ended
//   ID        of the task; number of the worker
//   MICROS    for how long it ran
export const KIND = 0;
export const ID = 1;
export const FUNCTION = 2;
export const SLOT = 3;
export const TICKET = 4;
export const FLAGS = 5;
export const MICROS = 2;

export const TASK_HEADER_BYTES = 32;
export const RESULT_HEADER_BYTES = 16;

/** The body is an array of arguments. */
export const CALL = 1;
/** The body is many inputs, see item-block.ts. */
export const CHUNK = 2;
export const DEFINE = 3;
export const FORGET = 4;

export const VALUE = 1;
export const ERROR = 2;
export const READY = 3;
export const BROKEN = 4;

/** Somebody may want to stop it while it runs. */
export const STOPPABLE = 1;
/** Each input is an array of arguments. */
export const SPREAD = 2;
/** An input that fails does not end the chunk: what comes back has an outcome for each. */
export const EACH = 4;

/** Flags of a task: STOPPABLE, SPREAD, EACH or nothing, added. */
export type Flags = number;
