import { readdirSync } from 'node:fs';
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

export const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

export async function allOf<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}
