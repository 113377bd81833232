import { argumentError, checkString } from '@multiprocess/shared-memory';
import type { Command } from '../options/popen-options.js';

/** What is started: a file, its name in `argv[0]`, and its arguments. */
export interface CommandLine {
  readonly file: string;
  readonly name: string;
  readonly args: readonly string[];
  readonly usesShell: boolean;
  /** Whether Windows gets the arguments as they are, and not each in quotation marks where it needs them. */
  readonly isVerbatim: boolean;
}

/** As in Python: a string without a shell is a program; an array with a shell is a script and its `$0 $1…`. */
export function commandLine(command: Command, shell: boolean | string = false, executable?: string): CommandLine {
  const words = checkedWords(command);
  if (shell === false || shell === '') {
    const [name = '', ...args] = words;
    return { file: executable ?? name, name, args, usesShell: false, isVerbatim: false };
  }
  const named = executable ?? (shell === true ? undefined : shell);
  if (process.platform === 'win32') return windowsShellLine(words, named);
  const file = named ?? '/bin/sh';
  return { file, name: file, args: ['-c', ...words], usesShell: true, isVerbatim: false };
}

/** The shells that take a whole line, as `child_process` tells them from others. */
const CMD = /^(?:.*[\\/])?cmd(?:\.exe)?$/i;

/**
 * A command of Windows' shell, the one of `ComSpec` if none is named. Each word of a longer list is in quotation marks where programs
 * need them, as in Python; what `cmd` itself reads in it (`%`, `&`, `|`, …) is not.
 */
export function windowsShellLine(words: readonly string[], shell = process.env['ComSpec'] ?? 'cmd.exe'): CommandLine {
  const common = { file: shell, name: shell, usesShell: true };
  if (!CMD.test(shell)) return { ...common, args: ['-c', ...words], isVerbatim: false };
  const line = words.length === 1 ? words[0] : words.map(quoted).join(' ');
  return { ...common, args: ['/d', '/s', '/c', `"${line}"`], isVerbatim: true };
}

/** A word as the C library of Windows takes it apart: backslashes count double before a quotation mark only. */
function quoted(word: string): string {
  if (/^[^\s"]+$/.test(word)) return word;
  return `"${word.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}

function checkedWords(command: unknown): readonly string[] {
  const words: readonly unknown[] = Array.isArray(command) ? command : [command];
  if (words.length === 0) throw new RangeError('A command must name a program, received an empty array');
  if (words === command) return words.map((word, i) => checkString(`Argument ${i} of a command`, word));
  if (typeof command !== 'string') throw argumentError('A command', 'a string or an array of them', command);
  return [command];
}
