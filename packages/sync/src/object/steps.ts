/** One step of a call that has two forms: how each of them takes it. */
interface Step {
  readonly awaited: () => unknown;
  readonly blocking: () => unknown;
}

/** The algorithm of a call with two forms, written once: it yields where one awaits and the other blocks. */
export type Steps<T> = Generator<Step, T>;

/** The step itself: `yield* step(…)` gives what the form in use has returned. */
export function* step<R>(awaited: () => R | PromiseLike<R>, blocking: () => R): Steps<R> {
  return (yield { awaited, blocking }) as R;
}

/** Drives the form that awaits. Up to its first step, the algorithm runs at once. */
export async function awaitSteps<T>(steps: Steps<T>): Promise<T> {
  let next = steps.next();
  while (next.done !== true) {
    let result: unknown;
    try {
      result = await next.value.awaited();
    } catch (error) {
      next = steps.throw(error);
      continue;
    }
    next = steps.next(result);
  }
  return next.value;
}

/** Drives the form that blocks the thread. */
export function blockSteps<T>(steps: Steps<T>): T {
  let next = steps.next();
  while (next.done !== true) {
    let result: unknown;
    try {
      result = next.value.blocking();
    } catch (error) {
      next = steps.throw(error);
      continue;
    }
    next = steps.next(result);
  }
  return next.value;
}
