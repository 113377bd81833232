import { isMainThread } from 'node:worker_threads';
import { identity } from '../launch/identity.js';
import { FAILED, NOT_LOADED } from '../launch/launch.js';
import type { Launch } from '../launch/launch.js';
import { serializeInBrief, serializeThrown, textOfThrown } from '../launch/serialize-thrown.js';

/** In the child: how it ends when something fails, which its parent and its stderr are told, once each. */
export class FailureReporter {
  readonly #launch: Launch;

  constructor(launch: Launch) {
    this.#launch = launch;
  }

  /** Ends the process because its target could not be called. */
  endNotLoaded(error: unknown): never {
    return this.#end(NOT_LOADED, error, 1);
  }

  /** Ends the process because of what its target threw. */
  end(error: unknown, exitCode: number): never {
    return this.#end(FAILED, error, exitCode);
  }

  /** Tells the parent of errors that end this process without passing by here: those of timers, events, promises. */
  watchUncaught(): void {
    process.on('uncaughtExceptionMonitor', (error) => {
      // With a handler of the user's it is not the end.
      if (process.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) return;
      this.#report(FAILED, error);
      // Node itself writes the rest, unless this is a thread.
      process.stderr.write(`Process ${identity().name}:\n${isMainThread ? '' : `${textOfThrown(error)}\n`}`);
    });
  }

  #end(state: typeof NOT_LOADED | typeof FAILED, error: unknown, exitCode: number): never {
    this.#report(state, error);
    process.stderr.write(`Process ${identity().name}:\n${textOfThrown(error)}\n`);
    process.exit(exitCode);
  }

  #report(state: typeof NOT_LOADED | typeof FAILED, error: unknown): void {
    this.#launch.report(state, serializeThrown(error), () => serializeInBrief(error));
  }
}
