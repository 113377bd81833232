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
export const ABOUT_NODE = [
  '**/flags.test.ts',
  '**/compile-cache.test.ts',
  '**/process/typescript.test.ts',
  '**/ways-to-run.test.ts',
];

/** Every failure on a runtime has its line here, or fails the run. */
export const DIFFERENCES: readonly Difference[] = [
  {
    runtimes: BOTH,
    tests: /^(sync\/(rlock|condition|every-primitive|many-waiters)|conformance\/conditions)\.test\.ts > /,
    what:
      'Whether the caller of `acquire()` of an `RLock` holds it already is known by hooks of promises, which only Node has. Take it, and a `Condition` with it, by `run()`, inside of which it can be taken again, or by a form that blocks. ' +
      'An `acquire()` or `hold()` without a limit that may wait for its own caller throws a `DeadlockError` that says so',
  },
  {
    runtimes: BOTH,
    tests:
      /^(process\/(options|start|prewarm)|pipe\/(sharing|wait-ready)|pool\/.*)\.test\.ts > .*(execArgv|node -|env is all|debugger|Node does not know|environment is larger|cannot (even )?load|takes a spare|are spares)/,
    what: 'Most of Node’s flags, in `execArgv` and `NODE_OPTIONS`, mean nothing there, and are no error either',
  },
  {
    runtimes: BOTH,
    tests:
      /^(process\/(error|exit-codes|family)|pool\/.*)\.test\.ts > .*(waits for nothing|what cannot happen|do(es)? not keep an event loop alive)/,
    what: 'A child whose target awaits what cannot happen goes on waiting: only Node tells what an event loop still has. A thread that awaits only what does not keep it alive may end',
  },
  {
    runtimes: ['bun'],
    tests: /^pool\/(max-queue|limits)\.test\.ts > .*(signal is aborted|no more tasks than workers|its signal)/,
    what: 'The error of `AbortSignal.timeout()` has another text',
  },
  {
    runtimes: ['bun'],
    tests: /^(process\/prewarm|pipe\/end|pool\/.*)\.test\.ts > .*(nothing is left of them|ends \(exit\))/,
    what: 'Files of a program that ends by `process.exit()` stay until the next program of the toolkit removes them',
  },
  {
    runtimes: ['deno'],
    tests:
      /^(sync\/(barrier|condition|fair-lock|rwlock-deaths)|process\/join)\.test\.ts > .*(thread|killed|terminated|died)/,
    what: '`worker.terminate()` does not end a thread that blocks or computes before it returns to its event loop; what it holds stays held until then',
  },
  {
    runtimes: ['deno'],
    tests: /^(queue\/drop|pipe\/(end|wait-ready))\.test\.ts > .*(2000 queues|240 connections|more connections than)/,
    what: 'Every object with memory of its own, such as a queue or a pipe, takes some 40 ms to make: V8 collects garbage for each, since Deno counts all that it may grow to',
  },
];
