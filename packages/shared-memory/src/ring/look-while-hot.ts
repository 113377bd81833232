import { clock } from '../base/clock.js';
import type { Parker } from '../wait/parker.js';
import type { SpinBudget } from '../wait/spin-budget.js';
import type { RingReader } from './ring-reader.js';

/**
 * Looks for an item as long as the budget says, and takes nothing.
 *
 * @param lookMicros how long to look at a time, to notice when the thread has lost the processor
 * @returns whether there is an item
 */
export function lookWhileHot(reader: RingReader, parker: Parker, budget: SpinBudget, lookMicros: number): boolean {
  let now = clock.now();
  const end = now + budget.micros / 1000;
  while (now < end) {
    const begin = now;
    const found = reader.glance(parker, lookMicros);
    now = clock.now();
    budget.noteLook(now - begin);
    if (!found) continue;
    budget.learn(0);
    return true;
  }
  return false;
}
