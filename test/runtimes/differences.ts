import type { Runtime } from './run-suite.js';

/** Something that does not work on a runtime as it does on Node, and the tests that show it. */
export interface Difference {
  readonly runtimes: readonly Runtime[];
  /** Matches `file > name` of those tests. */
  readonly tests: RegExp;
  /** What does not work and why, for the guide. */
  readonly what: string;
}

const BOTH = ['bun', 'deno'] as const;

/** Tests about Node itself: its flags, its compile cache, the types that it strips. Not run elsewhere. */
export const ABOUT_NODE = ['**/flags.test.ts', '**/compile-cache.test.ts', '**/typescript.test.ts', '**/ways-to-run.test.ts'];

/** Every failure on a runtime has its line here, or fails the run. */
export const DIFFERENCES: readonly Difference[] = [
  {
    runtimes: BOTH,
    tests: /^(sync\/(rlock|condition|every-primitive|many-waiters)|conformance\/conditions)\.test\.ts > .*/,
    what:
      '`RLock`, and `Condition` with its own lock: whether the caller of `acquire()` holds it already is known by hooks of promises, which only Node has. ' +
      'Take it by `run()`, which works in every respect, or by a form that blocks. An `acquire()` or `hold()` that may be the second of the same code, and would wait without a limit, ' +
      'throws a `DeadlockError` that says so, instead of waiting for itself',
  },
  {
    runtimes: BOTH,
    tests: /^process\/(options|start|exit-codes|family)\.test\.ts > .*(execArgv|node -|--eval|-e$|debugger|Node does not know|its environment|larger than)/,
    what: '`execArgv` and `NODE_OPTIONS` are what the runtime makes of them; most of Node’s flags mean nothing there',
  },
];
