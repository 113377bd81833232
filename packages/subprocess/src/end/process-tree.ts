import { clock, descendantsOf, environmentOf } from '@multiprocess/shared-memory';
import { listedProcesses } from './listed-processes.js';
import { endTreeOnWindows } from './windows-tree.js';

/** A variable in the environment of a program: it marks everything that the program starts, directly or not. */
const TREE_VARIABLE = 'MULTIPROCESS_TREE';

/** How often to look for processes that were started while others were being stopped. Each look finds fewer. */
const MAX_LOOKS = 100;

let trees = 0; // numbers them within this process

export function newTreeMark(): string {
  trees += 1;
  return `${process.pid}.${clock.hrtime.bigint().toString(36)}.${trees}`;
}

/** The environment with the mark added. The marks of trees that this process belongs to are kept. */
export function markedEnvironment(env: NodeJS.ProcessEnv, mark: string): NodeJS.ProcessEnv {
  const outer = process.env[TREE_VARIABLE];
  return { ...env, [TREE_VARIABLE]: outer === undefined ? mark : `${outer},${mark}` };
}

/**
 * Sends a signal to a program and to everything it has started: its descendants, and processes with its mark in
 * their environment whose parents have ended. Stops them all first, so that none can start others meanwhile.
 *
 * On Windows it ends the program and its descendants, as long as the program itself runs: environments cannot be read there.
 *
 * @param pid undefined if the program itself has ended: then only the mark leads to the others
 */
export function signalTree(pid: number | undefined, mark: string, signal: NodeJS.Signals | number): void {
  if (process.platform === 'win32') {
    if (pid !== undefined) endTreeOnWindows(pid);
    return;
  }
  const stopped = new Set<number>();
  for (let look = 0; look < MAX_LOOKS; look++) {
    const found = [...membersOf(pid, mark)].filter((one) => !stopped.has(one));
    if (found.length === 0) break;
    for (const one of found) {
      send(one, 'SIGSTOP');
      stopped.add(one);
    }
  }
  for (const one of stopped) send(one, signal);
  for (const one of stopped) send(one, 'SIGCONT'); // the signal is sent first: a stopped process gets it when it goes on
}

function send(pid: number, signal: NodeJS.Signals | number): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended, or has changed its user.
  }
}

function membersOf(pid: number | undefined, mark: string): Set<number> {
  const others = listedProcesses().filter((one) => one.pid !== process.pid);
  const members = new Set(others.filter((one) => isMarked(one.pid, mark)).map((one) => one.pid));
  if (pid !== undefined) members.add(pid);
  for (const one of descendantsOf([...members], others)) members.add(one.pid);
  return members;
}

function isMarked(pid: number, mark: string): boolean {
  const name = `${TREE_VARIABLE}=`;
  const variable = environmentOf(pid).find((one) => one.startsWith(name));
  return variable?.slice(name.length).split(',').includes(mark) === true;
}
