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
  /** States in which no thread could have gone on, had a sleeper not looked again by itself. */
  readonly rechecks: number;
  /** Undefined if all is well. */
  readonly failure: Failure | undefined;
}

/** What is wrong, and how to get there. */
export interface Failure {
  readonly problem: string;
  readonly actions: readonly Action[];
}

/** How far to go. */
export interface Bounds {
  /** How many different states to visit before giving up. Default: any number. */
  readonly states?: number;
  /** How often a thread that could go on may be interrupted on one way. Default: as often as there are steps. */
  readonly preemptions?: number;
}

/** How a state was reached: by an action in the one before. It is kept when the state itself is not needed any more. */
interface Way {
  readonly action: Action;
  /** Undefined at the start. */
  readonly before: Way | undefined;
}

/** A state that was reached. */
interface Reached {
  readonly state: State;
  /** Undefined at the start. */
  readonly way: Way | undefined;
  /** Who has made the last step. */
  readonly last: number;
  readonly preemptions: number;
}

/**
 * Visits every state that the system can be in, those with the shortest way first; so what it finds wrong is found by
 * one of the shortest schedules.
 */
export function explore(system: System, { states = Infinity, preemptions = Infinity }: Bounds = {}): Report {
  /** With how many preemptions each was reached, at least. */
  const seen = new Map<string, number>();
  const counts = { steps: 0, rechecks: 0 };
  const report = (failure?: Failure): Report => ({ states: seen.size, ...counts, failure });
  const isNews = (reached: Reached): boolean => {
    if (reached.preemptions > preemptions) return false;
    const key = keyOf(reached.state, system.model.alike);
    const full = preemptions === Infinity ? key : key + String.fromCharCode(reached.last);
    if ((seen.get(full) ?? Infinity) <= reached.preemptions) return false;
    seen.set(full, reached.preemptions);
    return true;
  };
  const start = { state: system.initial(), way: undefined, last: -1, preemptions: 0 };
  isNews(start);
  for (let level: Reached[] = [start]; level.length > 0;) {
    const next: Reached[] = [];
    for (const reached of level) {
      const { actions, problem, rechecked } = onward(system, reached.state);
      if (rechecked) counts.rechecks++;
      if (problem !== undefined) return report({ problem, actions: actionsOf(reached.way) });
      const goesOn =
        preemptions < Infinity && actions.some(({ kind, thread }) => kind === 'step' && thread === reached.last);
      for (const action of actions) {
        counts.steps++;
        const isStep = action.kind === 'step';
        const follower = {
          state: system.apply(reached.state, action),
          way: { action, before: reached.way },
          last: preemptions < Infinity && isStep ? action.thread : reached.last,
          preemptions: reached.preemptions + Number(goesOn && isStep && action.thread !== reached.last),
        };
        if (isNews(follower)) next.push(follower);
      }
    }
    if (seen.size > states) throw new Error(`${system.model.name} has more than ${states} states`);
    level = next;
  }
  return report();
}

/** What may come next in a state, and what is wrong with it. */
export function onward(
  system: System,
  state: State,
): { readonly actions: readonly Action[]; readonly problem: string | undefined; readonly rechecked: boolean } {
  const problem = problemIn(system, state);
  const progress = system.progress(state);
  const kills = system.kills(state);
  if (problem !== undefined || progress.length > 0)
    return { actions: [...progress, ...kills], problem, rechecked: false };
  const end = problemAtEnd(system, state);
  const rechecks = end === undefined ? [] : system.rechecks(state);
  const rechecked = rechecks.length > 0;
  return { actions: [...rechecks, ...kills], problem: rechecked ? undefined : end, rechecked };
}

function actionsOf(way: Way | undefined): Action[] {
  const actions: Action[] = [];
  for (let at = way; at !== undefined; at = at.before) actions.push(at.action);
  return actions.reverse();
}
