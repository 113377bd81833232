import type { EntryName } from '../words/end-table.js';
import type { End } from '../words/pipe-layout.js';
import { KIND, PipeSegment } from '../words/pipe-segment.js';

/**
 * What is left of the lease of a connection that was dropped without `close()`. Nothing in it refers to the memory of the
 * pipe, which goes as soon as the collector finds it, long before the event loop learns of that; if by then another
 * process has it, that process must not take this end for held here.
 */
export interface LostLease {
  readonly reference: string;
  readonly end: End;
  readonly name: EntryName;
}

/**
 * Lets go of the end, if there still is such a pipe.
 *
 * Never throws: it runs after a garbage collection, where no caller could handle an error, and an uncaught one would end the
 * program. An end that cannot be let go of now, because the pipe is damaged or no descriptor is left, goes with this process.
 */
export function releaseLost({ reference, end, name }: LostLease): void {
  try {
    const pipe = PipeSegment.attach(reference, KIND).retain();
    try {
      pipe.leave(end, name);
    } finally {
      pipe.release();
    }
  } catch {
    // See above.
  }
}
