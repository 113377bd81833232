import type { Patch } from '../checker/simulated/load-compiled.js';
import type { Model } from '../checker/model.js';

/** A known bug, put into the compiled code, and the model that must catch it. */
export interface Mutant {
  readonly name: string;
  readonly model: Model;
  readonly patches: readonly Patch[];
  /** What the checker must find wrong. */
  readonly problem: RegExp;
}

/** Mutants of one file. */
export function mutantsOf(
  file: string,
  bugs: Readonly<Record<string, readonly [model: Model, find: string, replace: string, problem: RegExp]>>,
): Mutant[] {
  return Object.entries(bugs).map(([name, [model, find, replace, problem]]) => ({
    name,
    model,
    patches: [{ file, find, replace }],
    problem,
  }));
}
