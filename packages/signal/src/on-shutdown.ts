import { checkFunction, checkNumber, checkOptions, LongTimer } from '@multiprocess/shared-memory';
import { actionOf, checkMainThread, watch } from './arrivals.js';
import { SIG_DFL } from './actions.js';
import { endBy } from './platform.js';
import { numberOf } from './signal-names.js';

/** Called with the name of the signal that ends the process, and an `AbortSignal` that is aborted at the hook's deadline. */
export type ShutdownHook = (name: NodeJS.Signals, deadline: AbortSignal) => unknown;

/** Options of {@link onShutdown}. */
export interface ShutdownHookOptions {
  /** Milliseconds that the hook may take; then the next one begins. Default: 5000. */
  readonly deadline?: number | undefined;
}

const DEADLINE_MS = 5000;
const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

interface Hook {
  readonly run: ShutdownHook;
  readonly deadline: number;
}

// One list per process: it ends only once.
const hooks: Hook[] = [];
let leave: (() => void)[] = [];
let ending = false;

/**
 * Runs `hook` before SIGINT, SIGTERM or SIGHUP ends this process. Hooks run one after the other, the last registered first.
 * Then shared memory that no other process has is removed, and the signal takes its default action, so that the parent process sees
 * why this one ended. If a hook throws, the error is printed and the next hook runs. A second signal ends the process at once.
 *
 * A SIGHUP that the program handles ends nothing: a daemon with output files opens them again then.
 *
 * As process 1 of a container, for which the kernel takes no default action, the process ends with status 128 + the number of
 * the signal instead: 143 after SIGTERM.
 *
 * @example
 * ```ts source="./signal.examples.ts#shutdown"
 * const server = createServer().listen(8080);
 * onShutdown(() => server.close(), { deadline: 2000 });
 * ```
 * @returns a function that removes the hook
 * @throws {@link TypeError} or {@link RangeError} if an argument is of the wrong type or size, or in a worker thread.
 */
export function onShutdown(hook: ShutdownHook, options: ShutdownHookOptions = {}): () => void {
  checkMainThread();
  checkFunction('hook', hook);
  const { deadline = DEADLINE_MS } = checkOptions(options, '{ deadline: 2000 }', ['deadline']);
  checkNumber('deadline', deadline, { unit: 'milliseconds' });
  const one: Hook = { run: hook, deadline };
  hooks.push(one);
  if (hooks.length === 1) leave = ENDING.map((name) => watch(name, onSignal));
  return () => {
    const at = hooks.indexOf(one);
    if (at === -1) return;
    hooks.splice(at, 1);
    if (hooks.length === 0 && !ending) stopListening();
  };
}

function onSignal(name: NodeJS.Signals): void {
  if (name === 'SIGHUP' && actionOf(name) !== SIG_DFL) return; // the program has another use for it
  if (ending) end(name);
  ending = true;
  void shutDown(name).then(() => {
    end(name);
  });
}

async function shutDown(name: NodeJS.Signals): Promise<void> {
  for (let hook = hooks.pop(); hook !== undefined; hook = hooks.pop()) {
    try {
      await withDeadline(hook, name);
    } catch (error) {
      console.error(`A shutdown hook failed after ${name}:`, error);
    }
  }
}

async function withDeadline({ run, deadline }: Hook, name: NodeJS.Signals): Promise<void> {
  const controller = new AbortController();
  const over = new Promise<never>((_, reject) => {
    const timer = new LongTimer(deadline, () => {
      const error = new Error(`It took more than its deadline of ${deadline} ms; the next hook runs`);
      reject(error);
      controller.abort(error);
    });
    controller.signal.addEventListener('abort', () => {
      timer.cancel();
    });
  });
  try {
    await Promise.race([(async () => run(name, controller.signal))(), over]);
  } finally {
    over.catch(() => undefined);
    controller.abort();
  }
}

/** Ends the process by the signal itself, although other code may listen to it. */
function end(name: NodeJS.Signals): void {
  stopListening();
  process.removeAllListeners(name);
  endBy(numberOf(name));
}

function stopListening(): void {
  for (const one of leave.splice(0)) one();
}
