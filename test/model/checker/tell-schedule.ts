import { formatSchedule } from './action.js';
import type { Action } from './action.js';
import { onward } from './explore.js';
import { wordName } from './judge.js';
import type { Operation } from './operation.js';
import type { State } from './state.js';
import type { System } from './system.js';

/** What a schedule leads to, and a line for each of its steps. */
interface Telling {
  readonly lines: readonly string[];
  /** What is wrong where it ends. */
  readonly problem: string | undefined;
}

/**
 * Follows a schedule.
 *
 * @throws {RangeError} If one of its actions is not possible where it comes.
 */
export function tellSchedule(system: System, actions: readonly Action[]): Telling {
  let state = system.initial();
  const lines: string[] = [];
  for (const [i, action] of actions.entries()) {
    const possible = onward(system, state).actions;
    if (!possible.some((other) => isSame(other, action))) {
      throw new RangeError(
        `Action ${i + 1} of the schedule, ${formatSchedule([action])}, is not possible: only ${formatSchedule(possible)} are`,
      );
    }
    const next = system.apply(state, action);
    lines.push(tellAction(system, state, next, action));
    state = next;
  }
  return { lines, problem: onward(system, state).problem };
}

function isSame(one: Action, other: Action): boolean {
  return one.thread === other.thread && one.kind === other.kind && one.choice === other.choice;
}

function tellAction(system: System, state: State, next: State, action: Action): string {
  const before = state.threads[action.thread]!;
  const after = next.threads[action.thread]!;
  const what =
    action.kind === 'kill'
      ? 'is killed'
      : action.kind === 'expire'
        ? 'has slept long enough'
        : action.kind === 'recheck'
          ? 'looks again by itself'
          : tellOperation(system, before.point.operation);
  const changes = [...next.words.keys()]
    .filter((index) => next.words[index] !== state.words[index])
    .map((index) => `${wordName(system, index)} = ${next.words[index]!}`);
  const woken = [...next.threads.keys()]
    .filter((other) => next.threads[other]!.mode === 'woken' && state.threads[other]!.mode === 'asleep')
    .map((other) => `wakes ${nameOf(other)}`);
  const rests = after.mode === 'asleep' ? ['falls asleep'] : [];
  return [`${formatSchedule([action]).padEnd(4)} ${what}`, ...changes, ...woken, ...rests].join(', ');
}

function tellOperation(system: System, operation: Operation): string {
  if (operation.kind === 'turn') return 'event loop';
  if (operation.kind === 'isDead') return `isDead ${nameOf(operation.owner - 1)}`;
  if (!('index' in operation)) return operation.kind;
  const word = wordName(system, operation.index);
  if (operation.kind === 'compareExchange')
    return `${operation.kind} ${word} ${operation.expected} -> ${operation.value}`;
  if (operation.kind === 'unpark') return `unpark ${word} ${operation.count}`;
  return `${operation.kind} ${word}`;
}

function nameOf(thread: number): string {
  return String.fromCharCode(97 + thread);
}
