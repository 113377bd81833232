import { clock } from '@multiprocess/shared-memory';
import type { ChildProcess } from 'node:child_process';
import {
  atExit,
  checkInteger,
  childStatus,
  ProcessStartError,
  refuseEndlessStart,
  sweepIfPossible,
  thisThread,
  WaitQueue,
  waitSync,
} from '@multiprocess/shared-memory';
import type { Coroutine } from '@multiprocess/shared-memory';
import { SpareSlot } from '../launch/spare-slot.js';
import type { SpawnSettings } from '../launch/process-options.js';
import { refuseWithoutDirectory, spawnSpare } from './spawn-child.js';

/** When to replace a spare that was used. At once, its boot would slow down the child that it became. */
const REFILL_AFTER_MS = 20;
/** How long a thread that ends waits for the spares that it has killed: the kernel ends them as soon as it can. */
const KILLED_MS = 5000;

/** A child that has been booted in advance, and waits for its launch. */
interface Spare {
  readonly process: ChildProcess;
  readonly pid: number;
  readonly slot: SpareSlot;
  readonly surroundings: string;
  readonly onExit: () => void;
  /** It ended by itself before it was used. */
  hasFailed: boolean;
}

// Of this thread: a spare ends with the thread that started it.
const spares = new Set<Spare>();

let listens = false;
let wanted = 0;
let refill: NodeJS.Timeout | undefined;

/** The surroundings that a spare gets at its start and cannot change later. */
function surroundings(): string {
  // Deno gives the variables in another order each time.
  const variables = Object.entries(process.env).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([process.cwd(), variables]);
}

/**
 * Keeps `count` spares.
 *
 * @throws {@link TypeError} or {@link RangeError} if `count` is not a whole number from 0 on.
 * @throws {@link ProcessStartError} if the system refuses, or one ends before it has booted.
 */
export async function keepSpares(count: number): Promise<void> {
  checkCount(count);
  keep(count);
  await Promise.all([...spares].map((spare) => new WaitQueue(spare.slot.parker).wait(() => booting(spare), Infinity)));
}

/** Like {@link keepSpares}, but blocks the thread. */
export function keepSparesSync(count: number): void {
  checkCount(count);
  keep(count);
  for (const spare of [...spares]) waitSync(spare.slot.parker, booting(spare), Infinity);
}

function checkCount(count: number): void {
  checkInteger('count', count, { unit: 'spares' });
  refuseEndlessStart('A spare process');
}

function keep(count: number): void {
  wanted = count;
  for (const spare of spares) if (spares.size > wanted) dismiss(spare);
  fill();
}

function fill(): void {
  clock.clearTimeout(refill);
  refill = undefined;
  while (spares.size < wanted) add();
}

function add(): void {
  refuseWithoutDirectory('A spare process');
  if (!listens) atExit(endAll);
  listens = true;
  const slot = SpareSlot.create();
  try {
    const { process: child, pid } = spawnSpare(slot.reference);
    child.unref();
    const onExit = (): void => {
      spare.hasFailed = spares.delete(spare) && !slot.isReady;
      slot.close();
    };
    const spare: Spare = { process: child, pid, slot, surroundings: surroundings(), onExit, hasFailed: false };
    child.once('exit', onExit);
    spares.add(spare);
  } catch (error) {
    slot.close();
    throw error;
  }
}

/** The last user of shared memory removes it. Killed spares cannot do that, so this process waits until they have ended. */
function endAll(): void {
  const ended = [...spares];
  ended.forEach(dismiss);
  for (const { pid } of ended) childStatus(pid, KILLED_MS);
  if (ended.length > 0) sweepIfPossible(thisThread().registry);
}

/** @throws {@link ProcessStartError} if it ends before it is ready. */
function* booting(spare: Spare): Coroutine<true> {
  const { slot, pid } = spare;
  while (!slot.isReady && spares.has(spare) && childStatus(pid, 0) === 'running') yield slot.whileBooting;
  if (spare.hasFailed || (spares.has(spare) && !slot.isReady))
    throw new ProcessStartError(
      `A spare process (${pid}) ended before it had booted: see its stderr. If ${process.execPath} is an application that is its own Node, ` +
        'set the environment variable MULTIPROCESS_NODE to the path of a plain one',
    );
  return true;
}

/** Gives the launch to a spare, if one has the surroundings that the settings ask for. */
export function giveToSpare(
  launch: string,
  settings: SpawnSettings,
): { process: ChildProcess; pid: number } | undefined {
  const { cwd, env, execArgv, stdio, detached = false } = settings;
  const usual = cwd === undefined && env === undefined && execArgv === undefined && stdio === undefined && !detached;
  if (!usual || spares.size === 0) return undefined;
  const here = surroundings();
  const ready = [...spares].sort((one, other) => Number(other.slot.isReady) - Number(one.slot.isReady));
  for (const spare of ready) {
    if (spare.surroundings !== here || childStatus(spare.pid, 0) !== 'running') {
      dismiss(spare); // it will never fit
      continue;
    }
    spares.delete(spare);
    spare.process.off('exit', spare.onExit);
    const hasIt = spare.slot.isReady;
    spare.slot.give(launch);
    // A spare that is still booting has yet to attach the slot, which must exist until then.
    if (hasIt) spare.slot.close();
    else spare.process.once('exit', () => spare.slot.close());
    refillSoon();
    return { process: spare.process, pid: spare.pid };
  }
  refillSoon();
  return undefined;
}

function refillSoon(): void {
  refill ??= clock
    .setTimeout(() => {
      try {
        fill();
      } catch {
        // The next start of a process throws the same error.
      }
    }, REFILL_AFTER_MS)
    .unref();
}

function dismiss(spare: Spare): void {
  spares.delete(spare);
  spare.process.kill('SIGKILL');
}
