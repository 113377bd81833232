import type { Runtime } from './run-suite.js';

/** Something that does not work on a runtime as it does on Node, and the tests that show it. */
export interface Difference {
  readonly runtimes: readonly Runtime[];
  /** Matches `file > name` of those tests. */
  readonly tests: RegExp;
  /** Whether it shows in some runs only. */
  readonly isSometimes?: boolean;
  /** What does not work and why, for the guide. */
  readonly what: string;
}

const BOTH = ['bun', 'deno'] as const;

/** Tests about Node itself: its flags, its compile cache, the types that it strips; and about managers and servers. */
export const NOT_RUN = [
  '**/flags.test.ts',
  '**/compile-cache.test.ts',
  '**/process/typescript.test.ts',
  '**/ways-to-run.test.ts',
  '**/conformance/stores/**',
];

/** Every failure on a runtime has its line here, or fails the run. */
export const DIFFERENCES: readonly Difference[] = [
  {
    runtimes: BOTH,
    tests:
      /^sync\/(rlock\.test\.ts > an async context that took it (takes it again, in any form|takes it again in callbacks|excludes .* by (acquire|hold)\(\)$)|every-primitive\.test\.ts > a program that awaits a 'Condition' is kept alive|many-waiters\.test\.ts > .*'RLock')/,
    what:
      'Whether the caller of `acquire()` of an `RLock` holds it already is known by hooks of promises, which only Node has. Take it, and a `Condition` with it, by `run()`, inside of which it can be taken again, or by a form that blocks. ' +
      'An `acquire()` or `hold()` without a limit that may wait for its own caller throws a `DeadlockError` that says so',
  },
  {
    runtimes: BOTH,
    tests:
      /^(process\/(options\.test\.ts > .*--input-type commonjs|start\.test\.ts > .*Node does not know|output\.test\.ts > .*preloaded module|thread\/early-ends\.test\.ts > .*preloaded module)|pipe\/(sharing\.test\.ts > .*cannot load: a call that awaits|wait-ready\.test\.ts > 'waitReady' .*cannot even load)|pool\/crash\.test\.ts > .*out of memory)/,
    what: 'Most of Node’s flags, in `execArgv` and `NODE_OPTIONS`, mean nothing there, and are no error either: those that preload a module or limit the memory, too',
  },
  {
    runtimes: ['deno'],
    tests:
      /^(process\/options\.test\.ts > (execArgv are|.* node (-e|--eval|--input-type=module)|.*debugger)|pool\/sizes\.test\.ts > .*'process', env and execArgv)/,
    what: '`process.execArgv` is empty in a child, and a program that is given by `-e` starts none',
  },
  {
    runtimes: BOTH,
    tests:
      /^(process\/(error\.test\.ts > .*what cannot happen|exit-codes\.test\.ts > of a 'process', .*waits for nothing)|pool\/crash\.test\.ts > .*runs a task: never)/,
    what: 'A child whose target awaits what cannot happen goes on waiting: only Node tells what an event loop still has',
  },
  {
    runtimes: ['deno'],
    tests:
      /^pool\/unreferenced\.test\.ts > .*'thread', gets it(; a task, (timer|interval|program)$| while its parent blocks)/,
    what: 'A thread that awaits only what does not keep an event loop alive ends',
  },
  {
    runtimes: ['bun'],
    tests: /^pool\/sizes\.test\.ts > .*its resourceLimits/,
    what: '`resourceLimits` of a thread throw an `UnsupportedPlatformError`: Bun does not keep to them',
  },
  {
    runtimes: ['deno'],
    tests: /^pool\/sizes\.test\.ts > a thread of a pool that reaches its resourceLimits/,
    what: 'Of a thread that has reached its `resourceLimits`, Deno does not say so: the `WorkerDiedError` has no `cause`',
  },
  {
    runtimes: ['bun'],
    tests: /^pool\/apply\.test\.ts > the stack of an error tells .*(of apply|of map|of a time limit)/,
    what: 'The stack of an error of a task tells of the worker only, and not of the functions that await the call: Bun does not know them then',
  },
  {
    runtimes: ['bun'],
    tests: /^queue\/received-memory\.test\.ts > .*: sync /,
    what: 'A consumer of large messages that only blocks takes more memory than on Node: the bytes that it has dropped are freed when it returns to its event loop',
  },
  {
    runtimes: ['deno'],
    tests:
      /^(sync\/(barrier\.test\.ts > a party in a thread that dies while it waits breaks|condition\.test\.ts > a waiter \(\w+\) in a thread that is killed|fair-lock\.test\.ts > .* in a thread that died|rwlock-deaths\.test\.ts > a thread that dies while it waits \(sync\) to write)|process\/join\.test\.ts > .*thread from being terminated|conformance\/owner-mutex\.test\.ts > .*between threads' a thread that ends while it would 'block')/,
    what: '`worker.terminate()` does not end a thread that blocks or computes before it returns to its event loop, and resolves before the thread has ended; what it holds stays held until then',
  },
  {
    runtimes: ['deno'],
    tests: /^process\/options\.test\.ts > env is all/,
    what: 'A process has `DENO_NODE_SHIM_ACTIVE` and `PATH` in its environment besides what `env` says: Deno sets them',
  },
  {
    runtimes: ['deno'],
    tests: /^pool\/group-signals\.test\.ts > .*leaves the defaults to what its tasks start/,
    what: 'Programs that a task of a pool starts ignore SIGTERM, SIGINT, SIGHUP, SIGQUIT and SIGUSR2, as its worker does: Deno does not restore the defaults. End them by SIGKILL',
  },
  {
    runtimes: ['deno'],
    isSometimes: true,
    tests: /^pool\/output\.test\.ts > .*'thread', when it is not read for a while/,
    what: 'Long lines that several threads print while nothing reads them may be mixed: Deno does not say how much it has written to a full pipe, so they are written in pieces of 4096 bytes. Nothing is lost',
  },
  {
    runtimes: ['deno'],
    tests: /^(process|pool)\/descriptors\.test\.ts > .*(thread that is started with|pool of threads)/,
    what: 'A thread that is started when hardly a descriptor is left ends its program, by a panic of Deno, which needs some for the thread itself',
  },
  {
    runtimes: ['deno'],
    tests: /^sync\/arguments\.test\.ts > (RLock|Condition)\.run\(\) refuses (an option|.*options)/,
    what: 'The stack of the error for a wrong argument of `run()` of an `RLock` or a `Condition` ends before the caller’s line: it has ten lines, and Deno’s own take some',
  },
  {
    runtimes: ['deno'],
    isSometimes: true,
    tests: /^(queue\/drop|pipe\/waits)\.test\.ts > .*(queues|pipes) that were .*dropped without close/,
    what: 'Deno opens two sockets of its own some time after the start, so a test that counts descriptors may find more at its end',
  },
  {
    runtimes: ['bun'],
    isSometimes: true,
    tests: /^pool\/group-signals\.test\.ts > .*when a task has had a handler of its own/,
    what: 'A signal that reaches a worker of a pool at the moment at which a task removes its handler for it ends the worker: Bun restores the default before the worker can ignore the signal again',
  },
  {
    runtimes: ['bun'],
    isSometimes: true,
    tests: /^pool\/output\.test\.ts > .*'process', when it is not read for a while/,
    what: 'Long lines that several processes print while nothing reads them may be mixed: Bun writes them in pieces',
  },
  {
    runtimes: ['bun'],
    isSometimes: true,
    tests: /^(process|pool)\/descriptors\.test\.ts > .*with \d descriptors left/,
    what: 'Bun ends a program, with a message of its own, if it needs a descriptor for itself and there is none',
  },
];
