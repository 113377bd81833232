import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Node's option for the processes and threads that run the child's side of this package: what they import of the toolkit is then
 * `in-child.js` of each package. Each takes it out of its `process.execArgv`.
 */
export const CHILD_CONDITION = '--conditions=multiprocess-child';

/** The option for a program of children, if it is Node that runs it and these files are there: a deployment may have left them. */
export function conditionFor(program: string): string[] {
  const { bun, deno } = process.versions as Readonly<Partial<Record<'bun' | 'deno', string>>>;
  const isNode = bun === undefined && deno === undefined;
  return isNode && existsSync(join(dirname(program), 'in-child.js')) ? [CHILD_CONDITION] : [];
}
