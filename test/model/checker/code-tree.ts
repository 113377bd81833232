import type { Operation, WatchedWord } from './operation.js';
import type { Realm } from './realm.js';
import { Run } from './run.js';

/** A point in a thread's code, told by what its operations have returned so far: its complete local state. */
export interface CodePoint {
  readonly id: number;
  /** How many operations came before. */
  readonly depth: number;
  /** What comes next. */
  readonly operation: Operation;
  /** What its event loop watches. */
  readonly watches: readonly WatchedWord[];
  readonly parent: CodePoint | undefined;
  /** What the parent's operation returned. */
  readonly result: number;
  readonly children: Map<number, CodePoint>;
}

/**
 * All that a thread's code may do, found by executing it again from its start for every new result.
 *
 * The code is executed once for each point, however many interleavings pass through it; exploring them is a walk over
 * these trees.
 */
export class CodeTree {
  readonly root: CodePoint;
  readonly #realm: Realm;
  readonly #program: () => void;
  #points = 0;

  constructor(realm: Realm, program: () => void) {
    this.#realm = realm;
    this.#program = program;
    this.root = this.#execute(undefined, 0);
  }

  /** The point that the code reaches if the operation of `point` returns `result`. */
  after(point: CodePoint, result: number): CodePoint {
    const known = point.children.get(result);
    if (known !== undefined) return known;
    const child = this.#execute(point, result);
    point.children.set(result, child);
    return child;
  }

  #execute(parent: CodePoint | undefined, result: number): CodePoint {
    const depth = parent === undefined ? 0 : parent.depth + 1;
    const results = new Array<number>(depth);
    const expected = new Array<Operation>(depth);
    let last = result;
    let i = depth;
    for (let point = parent; point !== undefined; point = point.parent) {
      i--;
      results[i] = last;
      expected[i] = point.operation;
      last = point.result;
    }
    const run = new Run(results, expected);
    const operation = this.#realm.execute(run, this.#program);
    return { id: this.#points++, depth, operation, watches: run.watches, parent, result, children: new Map() };
  }
}
