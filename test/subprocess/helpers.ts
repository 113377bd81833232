import { readdirSync, readlinkSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { TestContext } from 'vitest';
import { Popen } from '@multiprocess/subprocess';
import type { Command, PopenOptions } from '@multiprocess/subprocess';

/** Whether programs are run by Node alone here, without a native part: see without-native.test.ts. */
export const nodeAlone = process.env['MULTIPROCESS_NATIVE'] === 'off';

/** What Node cannot do alone, and so a reason to skip a test then. */
const NATIVE = {
  blocking: 'only the event loop of Node knows that a program has ended, so nothing can block for that',
  pipes: 'Node makes sockets, which cannot be opened as /dev/stdin',
  descriptors: 'programs inherit what this process has inherited itself',
  exec: 'Node cannot become another program',
  traces: 'Node writes where it was aborted',
};

/** Skips the test without a native part, and says why. */
export function needsNative({ skip }: TestContext, what: keyof typeof NATIVE): void {
  skip(nodeAlone, NATIVE[what]);
}

/** A program of a few lines for Node. */
export const script = (source: string): string[] => [process.execPath, '--input-type=module', '-e', source];

/** Starts a program, which is killed when the test ends. */
export function open<E extends string | undefined = undefined>(args: Command, options?: PopenOptions<E>): Popen<E> {
  const popen = new Popen(args, options);
  onTestFinished(async () => {
    popen.kill();
    await popen.wait();
    popen.close();
  });
  return popen;
}

/**
 * What this process has open to talk to others and to watch them. Not all of its descriptors: other threads of the runner
 * open and close files of their own, and so does listing them.
 */
export function openPipes(): string[] {
  const names = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ''; // closed since it was listed
    }
  });
  return names.filter((name) => /^(pipe:|socket:|anon_inode:\[pidfd\])/.test(name)).sort();
}

export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}
