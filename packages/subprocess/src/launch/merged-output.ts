import type { CommandLine } from './command-line.js';
import { failure } from './launch-failure.js';
import type { Launch } from './launch-failure.js';
import { findObstacle } from './obstacle.js';

/**
 * The command with both outputs merged by a shell of POSIX: where Node makes the pipe, they cannot share it otherwise.
 *
 * @throws {@link Error} with `code` and `path`, if the program cannot be started: the shell would report that by its status only
 */
export function mergedByShell(line: CommandLine, launch: Launch): CommandLine {
  if (line.usesShell) {
    const [option = '', script = '', ...rest] = line.args;
    return { ...line, args: [option, `exec 2>&1\n${script}`, ...rest] };
  }
  const obstacle = findObstacle(line.file, launch);
  if (obstacle !== undefined) throw failure(line.file, obstacle, 'spawn');
  const args = ['-c', 'exec "$@" 2>&1', 'sh', line.file, ...line.args];
  return { ...line, file: '/bin/sh', name: 'sh', args };
}
