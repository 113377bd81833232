/** One step of a call, in its async and in its blocking form. */
export interface Step {
  /** Begins the step, and returns its result or a promise for it. */
  readonly awaited: () => unknown;
  /** Does the step before it returns. */
  readonly blocking: () => unknown;
}

/** The algorithm of a call with an async and a blocking form, written once. It yields where one awaits and the other blocks. */
export type Steps<T> = Generator<Step, T>;

/** Takes a step: the value of `yield* step(…)` is the result of the form in use. */
export function* step<R>(awaited: () => R | PromiseLike<R>, blocking: () => R): Steps<R> {
  return (yield { awaited, blocking }) as R;
}

/** Runs the async form. Up to its first step, the algorithm runs synchronously. */
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

/** Runs the blocking form. */
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
