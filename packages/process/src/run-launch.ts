import { ProcessStartError, isError, whileImporting } from '@multiprocess/shared-memory';
import { importModule, importNeeded } from '@multiprocess/serialization';
import type { AnyFunction } from '@multiprocess/serialization';
import { identity } from './identity.js';
import { CALLED } from './launch.js';
import type { Launch } from './launch.js';
import { LastWords } from './last-words.js';
import { ownProcess } from './own-process.js';
import { adopt } from './process.js';
import type { Process } from './process.js';

/** Node's own status for a program whose main module waits for what cannot come. */
const UNSETTLED = 13;

interface Body {
  readonly target: AnyFunction | undefined;
  readonly args: readonly unknown[];
  readonly object: Process | undefined;
}

/** In the child: does what the launch says. Afterwards the process ends as any does, when nothing is left to do. */
export async function runLaunch(launch: Launch, module: string | undefined): Promise<void> {
  const lastWords = new LastWords(launch);
  let run: () => unknown;
  try {
    run = await load(launch, module);
  } catch (error) {
    return lastWords.endNotLoaded(error);
  }
  launch.advance(CALLED);
  lastWords.watchUncaught();
  let idle = false;
  const onIdle = (): void => {
    // Who else listens for this may give the target something to wait for: they get their turn.
    if (idle)
      lastWords.end(
        new Error(
          `The target of ${identity().name} has not finished, and nothing is left that it could be waiting for`,
        ),
        UNSETTLED,
      );
    idle = true;
    setImmediate(() => undefined);
  };
  process.on('beforeExit', onIdle);
  try {
    await run();
  } catch (error) {
    lastWords.end(error, 1);
  } finally {
    process.off('beforeExit', onIdle);
  }
}

/** Everything that runs code of the user, but for the target itself. */
async function load(launch: Launch, module: string | undefined): Promise<() => unknown> {
  if (module !== undefined) await importTarget(module);
  await importNeeded(launch.bodyBytes);
  const { target, args, object } = whileImporting(() => readBody(launch));
  if (object === undefined) return (): unknown => target && (Reflect.apply(target, undefined, args) as unknown);
  adopt(object, target, args, ownProcess);
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
