import { task } from '@multiprocess/process';

/** The first line of a target: tells when it was reached. */
export const noteTime = task(
  import.meta,
  function noteTime(/** @type {import('@multiprocess/shared-memory').SharedMemory} */ memory) {
    new Float64Array(memory.buffer)[0] = Number(process.hrtime.bigint());
  },
);
