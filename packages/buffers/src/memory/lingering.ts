import { clock } from '@multiprocess/shared-memory';

/** Memory that nothing in this thread uses at the moment. */
export interface Lingerer {
  /** Lets go of it if it was not used for a while, and no message needs it. @returns whether to forget it: it is let go of, or in use */
  letGoIfIdle(): boolean;
}

/** How often to look. Memory that is not used from one look to the next is let go of: mapping it again costs some 100 µs. */
const LOOK_EVERY_MS = 1000;

// State of the thread. What is in here is not collected: a stage of a pipeline that has no chunk at the moment keeps its mapping, and
// buffers that are on their way from this thread keep the memory that they are in, as handles do.
const lingering = new Set<Lingerer>();
let timer: NodeJS.Timeout | undefined;

/** Keeps the memory for a while. */
export function linger(memory: Lingerer): void {
  lingering.add(memory);
  timer ??= clock.setInterval(look, LOOK_EVERY_MS).unref();
}

function look(): void {
  for (const memory of lingering) if (memory.letGoIfIdle()) lingering.delete(memory);
  if (lingering.size > 0) return;
  clock.clearInterval(timer);
  timer = undefined;
}
