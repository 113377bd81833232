import { readdirSync, readlinkSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { Popen } from '@multiprocess/subprocess';
import type { Command, PopenOptions } from '@multiprocess/subprocess';

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
