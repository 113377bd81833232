import type { Next } from './model.js';
import type { Operation, WatchedWord } from './operation.js';
import type { Realm } from './simulated/realm.js';
import { Run } from './run.js';

/** The code of one act. */
interface ActCode {
  readonly realm: Realm;
  readonly act: () => Next;
  /** A number that no other point of the program has. */
  readonly nextId: () => number;
}

/**
 * A point in the code of an act, told by what its operations have returned so far: its complete local state.
 *
 * The points of an act are a tree. To find one, the act is executed again from its start, with the results that lead to
 * it; that happens once for each, however many interleavings pass through it. Exploring them is a walk over these trees.
 */
export class CodePoint {
  readonly id: number;
  /** How many operations came before. */
  readonly depth: number;
  /** What comes next. */
  readonly operation: Operation;
  /** What the event loop watches. */
  readonly watches: readonly WatchedWord[];
  readonly #code: ActCode;
  readonly #parent: CodePoint | undefined;
  readonly #result: number;
  readonly #children = new Map<number, CodePoint>();

  private constructor(code: ActCode, parent: CodePoint | undefined, result: number) {
    this.#code = code;
    this.#parent = parent;
    this.#result = result;
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.id = code.nextId();
    const run = this.#repeat();
    this.operation = code.realm.execute(run, code.act);
    this.watches = run.watches;
  }

  /** Where the act begins. */
  static startOf(code: ActCode): CodePoint {
    return new CodePoint(code, undefined, 0);
  }

  /** The point that the code reaches if the operation returns `result`. */
  after(result: number): CodePoint {
    let child = this.#children.get(result);
    if (child === undefined) {
      child = new CodePoint(this.#code, this, result);
      this.#children.set(result, child);
    }
    return child;
  }

  #repeat(): Run {
    const results = new Array<number>(this.depth);
    const operations = new Array<Operation>(this.depth);
    let result = this.#result;
    for (let point = this.#parent; point !== undefined; point = point.#parent) {
      results[point.depth] = result;
      operations[point.depth] = point.operation;
      result = point.#result;
    }
    return new Run(results, operations);
  }
}
