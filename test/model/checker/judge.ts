import { accessOf } from './operation.js';
import type { State } from './state.js';
import type { System } from './system.js';

/** More operations than any program here needs: the code goes round in circles. */
const MAX_OPERATIONS = 200;

const nameOf = (thread: number): string => String.fromCharCode(97 + thread);

/** What is wrong in a state, whatever comes next. */
export function problemIn(system: System, state: State): string | undefined {
  for (let thread = 0; thread < state.threads.length; thread++) {
    const { mode, point } = state.threads[thread]!;
    if (mode === 'dead') continue;
    if (point.operation.kind === 'failed') return `${nameOf(thread)} threw ${String(point.operation.error)}`;
    if (point.depth > MAX_OPERATIONS) return `${nameOf(thread)} goes round in circles`;
  }
  return raceIn(system, state) ?? system.model.invariant?.(system.view(state));
}

/** What is wrong in a state in which no thread can go on. */
export function problemAtEnd(system: System, state: State): string | undefined {
  const view = system.view(state);
  const stuck = system.sleepers(state).find((thread) => system.model.mayRest?.(view, thread) !== true);
  if (stuck !== undefined) return `${nameOf(stuck)} sleeps for ever`;
  return system.model.final?.(view);
}

/**
 * Two threads whose next accesses to a word meet, one of them a write, one of them without Atomics. Where there is no such
 * state, accesses without Atomics need no step each: no other thread can tell when they are made.
 */
function raceIn(system: System, state: State): string | undefined {
  for (let thread = 0; thread < state.threads.length; thread++) {
    const accesses = system.plainAccesses(state, thread);
    if (accesses.size > 0)
      for (const other of state.threads.keys()) {
        if (other === thread) continue;
        for (const [index, writes] of accessesNext(system, state, other)) {
          const mine = accesses.get(index);
          if (mine !== undefined && (mine || writes)) {
            return `${nameOf(thread)} and ${nameOf(other)} are both at word ${wordName(system, index)}, without Atomics`;
          }
        }
      }
  }
  return undefined;
}

function accessesNext(system: System, state: State, thread: number): ReadonlyMap<number, boolean> {
  const { mode, point } = state.threads[thread]!;
  if (mode === 'dead') return new Map();
  const plain = system.plainAccesses(state, thread);
  if (plain.size > 0) return plain;
  const access = accessOf(point.operation);
  return access === undefined ? new Map() : new Map([[access.index, access.writes]]);
}

/** As the model calls it. */
export function wordName(system: System, index: number): string {
  const named = Object.entries(system.model.words).find(([, word]) => word === index);
  return named?.[0] ?? String(index);
}
