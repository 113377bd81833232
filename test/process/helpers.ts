import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { Process } from '@multiprocess/process';
import type { ProcessOptions } from '@multiprocess/process';
import type { ArgumentsOption } from '@multiprocess/serialization';
import { ClosedError, SharedMemory, thisThread } from '@multiprocess/shared-memory';
import { beforeAll, onTestFinished } from 'vitest';

// The registry outlives the programs that a test kills, as it does where one of a family lives on.
beforeAll(() => void thisThread());

/** Starts a process, which is killed when the test ends. */
export function start<A extends readonly unknown[]>(options: ProcessOptions<A> & ArgumentsOption<A>): Process {
  const made = new Process(options);
  startThis(made);
  return made;
}

/** Starts a process that the test has made. */
export function startThis(made: Process): void {
  made.start();
  onTestFinished(async () => {
    try {
      made.kill();
      await made.join();
    } catch (error) {
      if (!(error instanceof ClosedError)) throw error; // closed by the test: then it has ended
    }
  });
}

/** Starts a process, waits for its end, and returns what it has written. */
export async function outputOf<A extends readonly unknown[]>(
  options: ProcessOptions<A> & ArgumentsOption<A>,
): Promise<unknown> {
  const child = start({ ...options, stdio: ['ignore', 'pipe', 'inherit'] });
  const output = text(child.stdout!);
  await child.join();
  return JSON.parse(await output);
}

/** Words that a test shares with its processes. */
export function sharedWords(): { memory: SharedMemory; words: Int32Array } {
  const memory = new SharedMemory({ size: 64 });
  onTestFinished(() => memory.close());
  return { memory, words: new Int32Array(memory.buffer) };
}

/** Children of this process that have ended and were not reaped. */
export function zombies(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      const stat = readIfThere(`/proc/${pid}/stat`);
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return state === 'Z' && Number(parent) === process.pid;
    });
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** Files of segments, apart from the registry and the doorbells of those who live. */
export function segmentFiles(): string[] {
  return readdirSync(process.env['MULTIPROCESS_DIR']!).filter((name) => !NO_SEGMENT.test(name));
}

/** On Windows a file that is in use goes with its last user, and the file that claimers lock stays with its directory. */
const NO_SEGMENT = process.platform === 'win32' ? /^(registry$|gone-|claim\.lock$|lot-)/ : /^(registry$|bell-|lot-)/;

/** Without those by which the backend for POSIX wakes sleeping threads of other processes: it keeps some open for the next wake. */
export function openDescriptors(): string[] {
  return readdirSync('/proc/self/fd').filter((fd) => !isBell(targetOf(fd)));
}

/** How many descriptors are kept open to wake threads that have ended. */
export function staleBells(): number {
  return readdirSync('/proc/self/fd')
    .map(targetOf)
    .filter((target) => isBell(target) && target.endsWith(' (deleted)')).length;
}

function isBell(target: string): boolean {
  return /\/lot-[^/]*-s[^/]*$/.test(target);
}

/** What a descriptor of this process refers to. */
export function targetOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ''; // the one that has just read the directory
  }
}
