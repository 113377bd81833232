import type { Step } from '../kinds/kind.js';

/** Of a path longer than twice this, only the beginning and the end are shown. */
const SHOWN = 16;

/** Writes steps as one would in a program: `$.items[3].onClick`. */
export function formatPath(steps: readonly (string | number | Step)[]): string {
  if (steps.length <= 2 * SHOWN) return `$${steps.map(formatStep).join('')}`;
  return `${formatPath(steps.slice(0, SHOWN))} … ${steps.slice(-SHOWN).map(formatStep).join('')}`;
}

function formatStep(step: string | number | Step): string {
  if (typeof step === 'function') return step();
  if (typeof step === 'number') return `[${step}]`;
  // Here, since V8 takes a millisecond to make a table of all letters: a process that starts needs none.
  const isIdentifier = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
  return isIdentifier.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
}
