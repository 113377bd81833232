import type { Action } from './action.js';
import { onward } from './explore.js';
import type { Failure } from './explore.js';
import type { System } from './system.js';

/** How seldom a thread is killed where there is a choice. */
const KILL = 0.02;
/** So seldom the scheduler turns to another thread while the one that runs could go on: bugs need few interruptions. */
const SWITCH = 0.25;

/**
 * Goes one way through the system, chosen by chance.
 *
 * @param seed the same seed chooses the same way
 */
export function walk(system: System, seed: number): Failure | undefined {
  const random = randomOf(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const taken: Action[] = [];
  let state = system.initial();
  for (;;) {
    const { actions, problem } = onward(system, state);
    if (problem !== undefined) return { problem, actions: taken };
    if (actions.length === 0) return undefined;
    const kills = actions.filter(({ kind }) => kind === 'kill');
    const others = actions.filter(({ kind }) => kind !== 'kill');
    const kill = others.length === 0 || random() < KILL;
    const last = taken.at(-1)?.thread;
    const same = others.filter(({ kind, thread }) => kind === 'step' && thread === last);
    const action = pick(kill && kills.length > 0 ? kills : same.length > 0 && random() >= SWITCH ? same : others);
    taken.push(action);
    state = system.apply(state, action);
  }
}

/** Numbers from 0 up to 1, as mulberry32 makes them. */
function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
