import { constants } from 'node:os';
import { inspect } from 'node:util';

/** A signal's name, or its number. */
export type Signal = NodeJS.Signals | number;

const numbers = constants.signals as Readonly<Record<string, number>>;

/** The first name of each number: `SIGABRT`, not `SIGIOT`. */
const names = new Map<number, NodeJS.Signals>();
for (const [name, number] of Object.entries(numbers)) {
  const isAlias = ['SIGIOT', 'SIGPOLL', 'SIGUNUSED'].includes(name);
  if (!names.has(number) && !isAlias) names.set(number, name as NodeJS.Signals);
}

/**
 * The number of a signal.
 *
 * @throws {TypeError} If it is neither a name nor a number.
 * @throws {RangeError} If there is no such signal.
 */
export function numberOf(signal: Signal): number {
  if (typeof signal !== 'string' && typeof signal !== 'number') {
    throw new TypeError(`A signal must be a name such as 'SIGINT', or a number, received ${inspect(signal)}`);
  }
  const number = typeof signal === 'string' ? numbers[signal] : signal;
  if (number !== undefined && names.has(number)) return number;
  throw new RangeError(`There is no signal ${inspect(signal)} here; there are ${[...names.values()].join(', ')}`);
}

/** The name of a signal. Throws what {@link numberOf} throws. */
export function nameOf(signal: Signal): NodeJS.Signals {
  const number = numberOf(signal);
  const name = names.get(number);
  if (name === undefined) throw new RangeError(`There is no signal ${number}`);
  return name;
}

/**
 * The names of all signals that this package can handle: those that Node has names for, so not the real-time ones.
 *
 * @example
 * ```ts source="./signal.examples.ts#send"
 * kill(pid, 0); // throws with code 'ESRCH' if there is no such process
 * kill(pid, 'SIGTERM');
 * console.log(strsignal('SIGTERM'), validSignals().has('SIGTERM')); // 'Terminated' true
 * ```
 */
export function validSignals(): Set<NodeJS.Signals> {
  return new Set(names.values());
}

/** The names of a set of signals. */
export function namesOf(signals: Iterable<Signal>): Set<NodeJS.Signals> {
  const iterable: unknown = signals;
  if (typeof iterable !== 'object' || iterable === null || !(Symbol.iterator in iterable)) {
    throw new TypeError(`Signals must be an array or a set of them, received ${inspect(signals)}`);
  }
  return new Set([...signals].map(nameOf));
}

/**
 * @throws {RangeError} If the signal cannot be handled, ignored or held.
 */
export function checkCatchable(name: NodeJS.Signals): void {
  if (name === 'SIGKILL' || name === 'SIGSTOP') {
    throw new RangeError(`${name} cannot be handled, ignored or held: the kernel alone decides about it`);
  }
}
