import { expect, test } from 'vitest';
import { explore } from './checker/explore.js';
import { System } from './checker/system.js';
import { describeModels } from './describe-models.js';
import { posixSleeperModels, posixSleeperVariants } from './models/posix-sleeper.js';

describeModels(posixSleeperModels, []);

test.each(posixSleeperVariants)('a protocol that %s sleeps for ever', (_, model) => {
  expect(explore(new System(model), model.bounds ?? {}).failure?.problem).toMatch(/sleeps for ever/);
});
