import type { Processes as Calls } from '@multiprocess/native';
import type { System } from '../system/system.js';

/** What a process was started with. */
interface Started {
  readonly args: string[];
  readonly environment: string[];
}

/**
 * The arguments and the environment in what `processStrings` tells: the program's path, NULs up to an aligned place, the arguments,
 * then the environment up to an empty text; what the loader of the system gets follows.
 */
export function startedBy(told: readonly string[]): Started {
  const [count, text] = told;
  if (count === undefined || text === undefined) return { args: [], environment: [] };
  const path = text.indexOf('\0');
  let start = path === -1 ? text.length : path;
  while (text[start] === '\0') start++;
  const strings = text.slice(start).split('\0');
  const args = strings.splice(0, Number(count));
  const end = strings.indexOf('');
  return { args, environment: end === -1 ? strings : strings.slice(0, end) };
}

export function stringsOf(calls: () => Calls): Pick<System, 'argumentsOf' | 'environmentOf'> {
  return {
    argumentsOf: (pid) => startedBy(calls().processStrings(pid)).args,
    environmentOf: (pid) => startedBy(calls().processStrings(pid)).environment,
  };
}
