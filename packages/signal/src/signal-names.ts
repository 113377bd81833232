import { constants } from 'node:os';
import { argumentError, received } from '@multiprocess/shared-memory';

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
 * @throws {@link TypeError} if it is neither a name nor a number.
 * @throws {@link RangeError} if there is no such signal.
 */
export function numberOf(signal: Signal): number {
  if (typeof signal !== 'string' && typeof signal !== 'number') {
    throw argumentError('A signal', "a name such as 'SIGINT', or a number", signal);
  }
  const number = typeof signal === 'string' ? numbers[signal] : signal;
  if (number !== undefined && names.has(number)) return number;
  throw new RangeError(`A signal must be one of ${[...names.values()].join(', ')}, received ${received(signal)}`);
}

/** The name of a signal. Throws what {@link numberOf} throws. */
export function nameOf(signal: Signal): NodeJS.Signals {
  return names.get(numberOf(signal))!;
}

/**
 * The names of all signals that this package can handle: those that Node has names for, which excludes real-time signals. See
 * the example of {@link kill}.
 */
export function validSignals(): Set<NodeJS.Signals> {
  return new Set(names.values());
}

/** The names of a set of signals. */
export function namesOf(signals: Iterable<Signal>): Set<NodeJS.Signals> {
  const iterable: unknown = signals;
  if (typeof iterable !== 'object' || iterable === null || !(Symbol.iterator in iterable)) {
    throw argumentError('signals', 'an array or a set of them', signals);
  }
  return new Set([...signals].map(nameOf));
}

/**
 * @throws {@link RangeError} if the signal cannot be handled, ignored or held.
 */
export function checkCatchable(name: NodeJS.Signals): void {
  if (name === 'SIGKILL' || name === 'SIGSTOP') {
    throw new RangeError(`${name} cannot be handled, ignored or held: the kernel does not allow it`);
  }
}
