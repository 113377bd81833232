import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostName } from '@multiprocess/shared-memory';
import { CHILD_CONDITION } from './child-condition.js';

/** The option for a program of children, if it is Node that runs it and these files are there: a deployment may have left them. */
export function conditionFor(program: string): string[] {
  return hostName === 'Node' && existsSync(join(dirname(program), 'in-child.js')) ? [CHILD_CONDITION] : [];
}
