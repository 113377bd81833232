import { formatSchedule } from './checker/action.js';
import type { Failure } from './checker/explore.js';
import type { System } from './checker/system.js';
import { tellSchedule } from './checker/tell-schedule.js';

/** What went wrong, step by step, and how to see it again. */
export function explain(system: System, name: string, { actions, problem }: Failure): string {
  const schedule = formatSchedule(actions);
  const { lines } = tellSchedule(system, actions);
  return [
    `${name}: ${problem}`,
    ...lines.map((line) => `  ${line}`),
    `Again: node test/model/replay.mjs '${name}' '${schedule}'`,
  ].join('\n');
}
