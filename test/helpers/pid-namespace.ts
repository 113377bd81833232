import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * The command that runs a program as process 1 of a PID namespace of its own, as a container does; none where neither root nor
 * user namespaces serve, which is said.
 */
export const pidNamespace = [
  ['unshare', '--pid', '--kill-child', '--mount-proc'],
  ['unshare', '--map-root-user', '--pid', '--kill-child', '--mount-proc'],
].find(([command = '', ...flags]) => spawnSync(command, [...flags, 'true']).status === 0);

if (pidNamespace === undefined) console.log('Skipped: tests as process 1, as this system forbids PID namespaces');

/** What the first process of a namespace is called outside of it: the only child of the command that has made it. */
export function firstProcessOf(command: number): number {
  return Number(readFileSync(`/proc/${command}/task/${command}/children`, 'latin1'));
}
