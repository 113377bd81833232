import { ProcessStartError, clock, isError, whileImporting } from '@multiprocess/shared-memory';
import { importModule, importNeeded } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import { identity } from '../launch/identity.js';
import { CALLED } from '../launch/launch.js';
import type { Launch } from '../launch/launch.js';
import { FailureReporter } from './failure-reporter.js';
import { noteOwnLaunch } from '../launch/own-launch.js';
import { ownProcess } from './own-process.js';
import { hasUnreferencedWork } from './pending-work.js';
import { adoptParts } from '../parent/process-parts.js';
import type { Process } from '../parent/process.js';

/** Node's own status for a program whose main module waits for what cannot come. */
const UNSETTLED = 13;
/** For so long a target is kept alive at a time that waits for something that would not do so. */
const KEEP_ALIVE_MS = 1000;

interface Body {
  readonly target: AnyFunction | undefined;
  readonly args: readonly unknown[];
  readonly object: Process | undefined;
}

/** In the child: does what the launch says. Afterwards the process ends as any does, when nothing is left to do. */
export async function runLaunch(launch: Launch, module: string | undefined): Promise<void> {
  noteOwnLaunch(launch);
  const failures = new FailureReporter(launch);
  let run: () => unknown;
  try {
    run = await load(launch, module);
  } catch (error) {
    return failures.endNotLoaded(error);
  }
  launch.advance(CALLED);
  failures.watchUncaught();
  let idle = false;
  let keepAlive: NodeJS.Timeout | undefined;
  const onIdle = (): void => {
    // A timer that was unref'd does not keep a program alive, but what it calls is what the target is waiting for.
    if (idle && hasUnreferencedWork()) {
      idle = false;
      keepAlive = clock.setTimeout(() => undefined, KEEP_ALIVE_MS);
      return;
    }
    // Who else listens for this may give the target something to wait for: they get their turn.
    if (idle)
      failures.end(
        new Error(
          `The target of ${identity().name} has not finished, and nothing is left that it could be waiting for`,
        ),
        UNSETTLED,
      );
    idle = true;
    // A timer, since only when one has fired the loop forgets those that have been cleared.
    clock.setTimeout(() => undefined, 1);
  };
  process.on('beforeExit', onIdle);
  try {
    await run();
  } catch (error) {
    failures.end(error, 1);
  } finally {
    process.off('beforeExit', onIdle);
    clock.clearTimeout(keepAlive);
  }
}

/** Everything that runs code of the user, but for the target itself. */
async function load(launch: Launch, module: string | undefined): Promise<() => unknown> {
  if (module !== undefined) await importTarget(module);
  await importNeeded(launch.bodyBytes);
  const { target, args, object } = whileImporting(() => readBody(launch));
  if (object === undefined) return (): unknown => target && (Reflect.apply(target, undefined, args) as unknown);
  adoptParts(object, target, args, ownProcess);
  return () => object.run();
}

async function importTarget(module: string): Promise<void> {
  try {
    await importModule(module);
  } catch (cause) {
    throw new ProcessStartError(
      `${identity().name} could not import the module of its target, ${module}: ${messageOf(cause)}`,
      { cause },
    );
  }
}

function readBody(launch: Launch): Body {
  try {
    return launch.readBody() as Body;
  } catch (cause) {
    throw new ProcessStartError(`${identity().name} could not receive its target and arguments: ${messageOf(cause)}`, {
      cause,
    });
  }
}

function messageOf(error: unknown): string {
  return isError(error) ? error.message : String(error);
}
