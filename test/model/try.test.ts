import { test } from 'vitest';
import { System } from './checker/system.js';
import { explore } from './checker/explore.js';
import { tellSchedule } from './checker/tell-schedule.js';
import { formatSchedule } from './checker/action.js';
import { ownerMutexModels } from './models/owner-mutex.js';

test.each(ownerMutexModels)('$name', (model) => {
  const system = new System(model);
  const begin = performance.now();
  const report = explore(system, 3e6);
  console.log(model.name, report.states, report.steps, report.rechecks, Math.round(performance.now() - begin));
  if (report.failure) {
    console.log(report.failure.problem, formatSchedule(report.failure.actions));
    console.log(tellSchedule(system, report.failure.actions).lines.join('\n'));
  }
});
