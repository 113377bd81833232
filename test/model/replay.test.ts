import { test } from 'vitest';
import { parseSchedule } from './checker/action.js';
import { System } from './checker/system.js';
import { tellSchedule } from './checker/tell-schedule.js';
import { models, mutants } from './models/catalogue.js';

// Not a test but what `node test/model/replay.mjs` runs, because the models are TypeScript.
const { MODEL_NAME: name, MODEL_SCHEDULE: schedule } = process.env;

test.runIf(name !== undefined && schedule !== undefined)('a schedule is followed', () => {
  const mutant = mutants.find((other) => other.name === name);
  const model = mutant?.model ?? models.find((other) => other.name === name);
  if (model === undefined) {
    throw new RangeError(`No model or mutant is called ${JSON.stringify(name)}; there are:\n${names().join('\n')}`);
  }
  const { lines, problem } = tellSchedule(new System(model, mutant?.patches), parseSchedule(schedule ?? ''));
  process.stdout.write(`${[...lines, problem ?? 'Nothing is wrong here.'].join('\n')}\n`);
});

function names(): string[] {
  return [...models, ...mutants].map((one) => `  ${one.name}`);
}
