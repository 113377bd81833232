import { byteRingModels, byteRingMutants } from './models/byte-ring.js';
import { describe, expect, test } from 'vitest';
import { System } from './checker/system.js';
import { explore } from './checker/explore.js';
import { tellSchedule } from './checker/tell-schedule.js';
import { formatSchedule } from './checker/action.js';
import { ownerMutexModels, ownerMutexMutants } from './models/owner-mutex.js';
import { eventCountModels, eventCountMutants } from './models/event-count.js';

const models = [ownerMutexModels, eventCountModels, byteRingModels].flat();
const mutants = [ownerMutexMutants, eventCountMutants, byteRingMutants].flat();
const go = (model: any, patches: any = [], quiet = false) => {
  const begin = performance.now();
  const system = new System(model, patches);
  const report = explore(system, { ...model.bounds, states: 4e5 });
  console.log(model.name, report.states, report.steps, report.rechecks, Math.round(performance.now() - begin));
  if (report.failure) {
    console.log(report.failure.problem, formatSchedule(report.failure.actions));
    if (!quiet) console.log(tellSchedule(system, report.failure.actions).lines.join('\n'));
  }
  return report.failure?.problem;
};
test.each(models.filter((m: any) => !process.env['M'] || m.name.includes(process.env['M'])))('$name', (model) => {
  expect(go(model)).toBe(undefined);
});
test.each(mutants.filter((m: any) => !process.env['M'] || m.model.name.includes(process.env['M'])))('$name', (mutant) => {
  expect(go(mutant.model, mutant.patches, true) ?? '').toMatch(mutant.problem);
});
