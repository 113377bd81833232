import type { ObjectFacts } from '../../snapshot/snapshot.js';
import type { Series } from './chart.js';

/** A chart, and which of an object's numbers it shows. */
export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  /** Which numbers it draws. */
  readonly drawn: readonly number[];
  /** Which numbers it tells. */
  readonly told: readonly number[];
}

// A stepped line is one of counts, which change at one moment; rates are averages over a second.
const filled = { isFilled: true, isStepped: true };
const plain = { isFilled: false, isStepped: false };

const QUEUE: readonly Panel[] = [
  { title: 'Depth', series: [{ label: 'items', colour: 'first', ...filled }], drawn: [0], told: [0] },
  {
    title: 'Rates',
    series: [
      { label: 'taken/s', colour: 'second', ...plain },
      { label: 'put/s', colour: 'first', ...plain },
    ],
    drawn: [2, 1],
    told: [2, 1],
  },
];

const POOL: readonly Panel[] = [
  {
    title: 'Workers',
    series: [
      { label: 'idle', colour: 'second', ...filled },
      { label: 'busy', colour: 'first', ...filled },
    ],
    drawn: [4, 3], // the idle ones on top of the busy ones
    told: [5, 3],
  },
  { title: 'Tasks', series: [{ label: 'tasks to do', colour: 'first', ...filled }], drawn: [6], told: [6] },
];

/** How many numbers {@link numbersOf} makes. */
export const WIDTH = 7;

/** What is plotted of an object; null where a number is unknown. */
export function numbersOf({ items, rate, workers }: ObjectFacts): (number | null)[] {
  const { count, busy, tasks } = workers ?? { count: null, busy: null, tasks: null };
  const idle = count === null ? null : count - busy;
  return [items, rate?.put ?? null, rate?.taken ?? null, busy, count, idle, tasks];
}

/** The charts of an object; none if it has no numbers that change. */
export function panelsOf({ workers, items }: ObjectFacts): readonly Panel[] {
  if (workers !== null) return POOL;
  return items === null ? [] : QUEUE;
}
