import type { Action } from './action.js';
import { problemAtEnd, problemIn } from './judge.js';
import { keyOf } from './state.js';
import type { State } from './state.js';
import type { System } from './system.js';

/** What came of it. */
export interface Report {
  /** Different states that were reached. */
  readonly states: number;
  readonly steps: number;
  /** States in which nobody could have gone on, had a sleeper not looked again by itself. */
  readonly rechecks: number;
  /** Undefined if all is well. */
  readonly failure: Failure | undefined;
}

/** What is wrong, and how to get there. */
export interface Failure {
  readonly problem: string;
  readonly actions: readonly Action[];
}

/** How a state was first reached, as a list from the last action to the first. */
interface Path {
  readonly action: Action;
  readonly before: Path | undefined;
}

/**
 * Visits every state that the system can be in, those with the shortest way first; so what it finds wrong is found by
 * one of the shortest schedules.
 *
 * @param most states to visit before giving up
 */
export function explore(system: System, most = Infinity): Report {
  const seen = new Set<string>();
  const counts = { steps: 0, rechecks: 0 };
  let level: [State, Path | undefined][] = [];
  const reach = (state: State, path: Path | undefined, next: [State, Path | undefined][]): void => {
    const before = seen.size;
    seen.add(keyOf(state, system.model.alike));
    if (seen.size > before) next.push([state, path]);
  };
  reach(system.initial(), undefined, level);
  while (level.length > 0) {
    const next: [State, Path | undefined][] = [];
    for (const [state, path] of level) {
      const { actions, problem, rechecked } = onward(system, state);
      if (rechecked) counts.rechecks++;
      if (problem !== undefined) return report(seen.size, counts, { problem, actions: actionsOf(path) });
      for (const action of actions) {
        counts.steps++;
        reach(system.apply(state, action), { action, before: path }, next);
      }
    }
    if (seen.size > most) throw new Error(`${system.model.name} has more than ${most} states`);
    level = next;
  }
  return report(seen.size, counts, undefined);
}

/** What may come next in a state, and what is wrong with it. */
export function onward(
  system: System,
  state: State,
): { readonly actions: readonly Action[]; readonly problem: string | undefined; readonly rechecked: boolean } {
  const problem = problemIn(system, state);
  const progress = system.progress(state);
  const kills = system.kills(state);
  if (problem !== undefined || progress.length > 0) return { actions: [...progress, ...kills], problem, rechecked: false };
  const end = problemAtEnd(system, state);
  const rechecks = end === undefined ? [] : system.rechecks(state);
  const rechecked = rechecks.length > 0;
  return { actions: [...rechecks, ...kills], problem: rechecked ? undefined : end, rechecked };
}

function report(states: number, counts: { steps: number; rechecks: number }, failure: Failure | undefined): Report {
  return { states, ...counts, failure };
}

function actionsOf(path: Path | undefined): Action[] {
  const actions: Action[] = [];
  for (let step = path; step !== undefined; step = step.before) actions.push(step.action);
  return actions.reverse();
}
