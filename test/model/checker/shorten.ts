import type { Action } from './action.js';
import { onward } from './explore.js';
import type { Failure } from './explore.js';
import type { System } from './system.js';

/** Leaves out of a schedule found by chance what its failure does not need, one action after the other. */
export function shorten(system: System, failure: Failure): Failure {
  let best = failure;
  for (let i = 0; i < best.actions.length;) {
    const shorter = attempt(system, [...best.actions.slice(0, i), ...best.actions.slice(i + 1)], failure.problem);
    if (shorter !== undefined && shorter.length < best.actions.length)
      best = { problem: failure.problem, actions: shorter };
    else i++;
  }
  return best;
}

/** The actions that were possible, if they lead to the problem; and then, any thread that can go on. */
function attempt(system: System, actions: readonly Action[], problem: string): Action[] | undefined {
  const taken: Action[] = [];
  const left = [...actions];
  let state = system.initial();
  while (taken.length <= actions.length) {
    const next = onward(system, state);
    if (next.problem !== undefined) return next.problem === problem ? taken : undefined;
    const wanted = left.shift() ?? next.actions.find(({ kind }) => kind === 'step');
    if (wanted === undefined) return undefined;
    const { choice, kind, thread } = wanted;
    const possible = next.actions.find(
      (other) => other.kind === kind && other.thread === thread && other.choice === choice,
    );
    if (possible === undefined) continue;
    taken.push(possible);
    state = system.apply(state, possible);
  }
  return undefined;
}
