import nodeProcess from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { hostName } from '@multiprocess/shared-memory';
import { identity } from '../launch/identity.js';
import { FAILED, NOT_LOADED } from '../launch/launch.js';
import type { Launch } from '../launch/launch.js';
import { serializeInBrief, serializeThrown, textOfThrown } from '../launch/serialize-thrown.js';

/** In the child: ends it after a failure, and reports that to its parent and on stderr. */
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

  /** Reports uncaught errors to the parent: those of timers, events and promises. */
  watchUncaught(): void {
    nodeProcess.on('uncaughtExceptionMonitor', (error) => {
      // With a handler of the user it does not end the process.
      if (nodeProcess.listenerCount('uncaughtException') > 0 || process.hasUncaughtExceptionCaptureCallback()) return;
      this.#report(FAILED, error);
      // In a process, Node itself writes the error after this line.
      process.stderr.write(`Process ${identity().name}:\n${isMainThread ? '' : `${textOfThrown(error)}\n`}`);
    });
    // Bun tells of rejections only here.
    if (hostName !== 'Bun') return;
    nodeProcess.on('unhandledRejection', (error) => {
      const isAlone = nodeProcess.listenerCount('unhandledRejection') === 1;
      if (isAlone && nodeProcess.listenerCount('uncaughtException') === 0) this.end(error, 1);
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
