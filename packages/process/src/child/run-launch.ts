import nodeProcess from 'node:process';
import { clock, isError, ProcessStartError, whileImporting } from '@multiprocess/shared-memory';
import { importHint, importNeeded, runModule } from '@multiprocess/serialization';
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

/** Node's exit status for a program whose main module awaits a promise that cannot settle. */
const UNSETTLED = 13;
/** How long the event loop is kept alive at a time for a target that waits for an unreferenced handle. */
const KEEP_ALIVE_MS = 1000;

interface Body {
  readonly target: AnyFunction | undefined;
  readonly args: readonly unknown[];
  readonly object: Process | undefined;
}

/** In the child: runs what the launch says. The process then ends like any other, when its event loop is empty. */
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
    // An unref'd timer, for example: it does not keep the program alive, but the target may be waiting for it.
    if (idle && hasUnreferencedWork()) {
      idle = false;
      keepAlive = clock.setTimeout(() => undefined, KEEP_ALIVE_MS);
      return;
    }
    // The first time, other listeners of 'beforeExit' get their turn: they may start something that the target waits for.
    if (idle)
      failures.end(
        new Error(
          `The target of ${identity().name} has not finished, and nothing is left that it could be waiting for`,
        ),
        UNSETTLED,
      );
    idle = true;
    // A timer, since the loop drops cleared timers only when one fires.
    clock.setTimeout(() => undefined, 1);
  };
  nodeProcess.on('beforeExit', onIdle);
  try {
    await run();
  } catch (error) {
    failures.end(error, 1);
  } finally {
    nodeProcess.off('beforeExit', onIdle);
    clock.clearTimeout(keepAlive);
  }
}

/** Imports and decodes all that the target needs, which runs code of the user. */
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
    await runModule(module);
  } catch (cause) {
    throw new ProcessStartError(
      `${identity().name} could not import the module of its target, ${module}: ${messageOf(cause)}${importHint(module, cause)}`,
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
