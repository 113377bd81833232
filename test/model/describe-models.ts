import { describe, expect, test } from 'vitest';
import { formatSchedule, parseSchedule } from './checker/action.js';
import { explore } from './checker/explore.js';
import type { Bounds } from './checker/explore.js';
import type { Model } from './checker/model.js';
import { shorten } from './checker/shorten.js';
import { System } from './checker/system.js';
import { tellSchedule } from './checker/tell-schedule.js';
import { walk } from './checker/walk.js';
import { explain } from './explain.js';
import type { Mutant } from './models/mutant.js';

/** How many ways to go by chance through each model, and from which seed on. */
const WALKS = Number(process.env['MODEL_WALKS'] ?? 100);
const SEED = Number(process.env['MODEL_SEED'] ?? Date.now() % 1_000_000);
/** By how many more preemptions to go beyond the bounds of a model. */
const MORE_PREEMPTIONS = Number(process.env['MODEL_MORE_PREEMPTIONS'] ?? 0);
/** After so many walks what is known of the code is forgotten, since it would fill the memory. */
const WALKS_AT_ONCE = 1000;
/** Nothing here waits for anything, so that only a loaded machine can make it slow. Milliseconds. */
const TIME_LIMIT = 600_000;
/** A model that has grown beyond what a test may take. */
const MAX_STATES = 1_000_000;

/** Tests that the models hold in every interleaving within their bounds, and that the mutants do not. */
export function describeModels(models: readonly Model[], mutants: readonly Mutant[]): void {
  describe.each(models)('$name', (model) => {
    test(
      'holds in every interleaving',
      () => {
        const system = new System(model);
        const { failure, rechecks, states, steps } = explore(system, boundsOf(model));
        if (process.env['MODEL_REPORT'] !== undefined) {
          process.stdout.write(`${model.name}: ${states} states, ${steps} steps, ${rechecks} that needed a re-check\n`);
        }
        if (failure !== undefined) expect.fail(explain(system, model.name, failure));
      },
      TIME_LIMIT,
    );

    test(
      `holds on ${WALKS} ways chosen by chance from seed ${SEED} on`,
      () => {
        let system = new System(model);
        for (let i = 0; i < WALKS; i++) {
          if (i % WALKS_AT_ONCE === WALKS_AT_ONCE - 1) system = new System(model);
          const failure = walk(system, SEED + i);
          if (failure !== undefined) {
            expect.fail(`Seed ${SEED + i}: ${explain(system, model.name, shorten(system, failure))}`);
          }
        }
      },
      TIME_LIMIT,
    );
  });

  test.each(mutants)(
    '$model.name catches the bug: $name',
    ({ model, name, patches, problem }) => {
      const system = new System(model, patches);
      const { failure } = explore(system, boundsOf(model));
      expect(failure?.problem, `${name} is not caught`).toMatch(problem);
      // What is printed leads there again, in a system of its own.
      const again = tellSchedule(new System(model, patches), parseSchedule(formatSchedule(failure!.actions)));
      expect(again.problem).toBe(failure!.problem);
    },
    TIME_LIMIT,
  );
}

function boundsOf({ bounds = {} }: Model): Bounds {
  const { preemptions = Infinity, states = MAX_STATES * (1 + MORE_PREEMPTIONS) } = bounds;
  return { preemptions: preemptions + MORE_PREEMPTIONS, states };
}
