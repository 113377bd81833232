import { inspect } from 'node:util';
import { serialize } from '@multiprocess/serialization';
import { RemoteError } from '@multiprocess/shared-memory';
import { identity } from './identity.js';
import { FAILED, NOT_LOADED } from './launch.js';
import type { Launch } from './launch.js';

const BRIEF_MESSAGE = 1000;
const BRIEF_STACK = 2000;

/** In the child: how it ends when something fails, which its parent and its stderr are told, once each. */
export class LastWords {
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
      process.stderr.write(`Process ${identity().name}:\n`); // Node itself writes the rest
    });
  }

  #end(state: typeof NOT_LOADED | typeof FAILED, error: unknown, exitCode: number): never {
    this.#report(state, error);
    process.stderr.write(`Process ${identity().name}:\n${textOf(error)}\n`);
    process.exit(exitCode);
  }

  #report(state: typeof NOT_LOADED | typeof FAILED, error: unknown): void {
    this.#launch.report(state, serializeAnything(error), () => serialize(inBrief(error)));
  }
}

function textOf(error: unknown): string {
  return typeof error === 'string' ? error : inspect(error);
}

/** Somebody may throw anything. */
function serializeAnything(error: unknown): Uint8Array {
  try {
    return serialize(error);
  } catch {
    return serialize(inBrief(error));
  }
}

/** What is left of an error when there is no room, or no way, for all of it. */
function inBrief(error: unknown): RemoteError {
  const { name, message, stack } =
    error instanceof Error ? error : { name: 'Error', message: textOf(error), stack: undefined };
  const brief = new RemoteError(message.slice(0, BRIEF_MESSAGE), name.slice(0, BRIEF_MESSAGE));
  if (stack !== undefined) brief.stack = stack.slice(0, BRIEF_STACK);
  return brief;
}
