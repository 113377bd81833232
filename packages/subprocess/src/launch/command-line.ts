import { argumentError, checkString } from '@multiprocess/shared-memory';
import type { Command } from '../options/popen-options.js';

/** What is started: a file, its name in `argv[0]`, and its arguments. */
export interface CommandLine {
  readonly file: string;
  readonly name: string;
  readonly args: readonly string[];
  readonly usesShell: boolean;
}

/** As in Python: a string without a shell is a program; an array with a shell is a script and its `$0 $1…`. */
export function commandLine(command: Command, shell: boolean | string = false, executable?: string): CommandLine {
  const words = checkedWords(command);
  if (shell === false || shell === '') {
    const [name = '', ...args] = words;
    return { file: executable ?? name, name, args, usesShell: false };
  }
  const file = executable ?? (shell === true ? '/bin/sh' : shell);
  return { file, name: file, args: ['-c', ...words], usesShell: true };
}

/** Merges both outputs by a shell, for `spawnSync`, which cannot connect them. */
export function withMergedOutput(line: CommandLine): CommandLine {
  if (line.usesShell) {
    const [option = '', script = '', ...rest] = line.args;
    return { ...line, args: [option, `exec 2>&1\n${script}`, ...rest] };
  }
  const args = ['-c', 'exec "$@" 2>&1', 'sh', line.file, ...line.args];
  return { file: '/bin/sh', name: 'sh', args, usesShell: false };
}

function checkedWords(command: unknown): readonly string[] {
  const words: readonly unknown[] = Array.isArray(command) ? command : [command];
  if (words.length === 0) throw new RangeError('A command must name a program, received an empty array');
  if (words === command) return words.map((word, i) => checkString(`Argument ${i} of a command`, word));
  if (typeof command !== 'string') throw argumentError('A command', 'a string or an array of them', command);
  return [command];
}
