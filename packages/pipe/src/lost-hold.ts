import { HandleError } from '@multiprocess/shared-memory';
import type { EntryName } from './end-table.js';
import type { End } from './pipe-layout.js';
import { KIND, PipeSegment } from './pipe-segment.js';

/**
 * What is known of the hold of a connection that was dropped without `close()`. Nothing in it refers to the memory of the
 * pipe, which goes as soon as the collector finds it, long before the event loop learns of that; if by then somebody
 * else has it, he must not believe any more that this end is held here.
 */
export interface LostHold {
  readonly reference: string;
  readonly end: End;
  readonly name: EntryName;
}

/** Lets go of the end, if there still is such a pipe. */
export function releaseLost({ reference, end, name }: LostHold): void {
  let pipe: PipeSegment;
  try {
    pipe = PipeSegment.attach(reference, KIND).retain();
  } catch (error) {
    if (error instanceof HandleError) return; // nobody has it
    throw error;
  }
  try {
    pipe.leave(end, name);
  } finally {
    pipe.release();
  }
}
