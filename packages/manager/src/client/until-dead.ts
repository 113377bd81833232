import type { Coroutine, Thread } from '@multiprocess/shared-memory';

/** Like `waiting`, but also ended by the end of the thread `owner()`; 0: that thread is not known yet. */
export function* untilDead<T>(waiting: Coroutine<T>, thread: Thread, owner: () => number): Coroutine<T | 'dead'> {
  try {
    for (let step = waiting.next(); ; step = waiting.next()) {
      if (step.done === true) return step.value;
      const server = owner();
      if (server !== 0 && thread.isDead(server)) return 'dead';
      const request = step.value;
      // A spin ends by itself; a wait for a mutex is for its holder, and soon over.
      yield request.kind === 'spin' || request.owner !== 0 ? request : { ...request, owner: server };
    }
  } finally {
    waiting.return(undefined as never);
  }
}
