import type { Readable, Writable } from 'node:stream';
import {
  argumentError,
  checkArray,
  checkBoolean,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkString,
  isAbortSignal,
  isUrl,
  optionsOf,
  received,
} from '@multiprocess/shared-memory';

/** A program and its arguments, or a program without any; with `shell`, a command line. */
export type Command = string | readonly string[];

/** What is open already: a descriptor, or an object that has one, such as a `FileHandle`. */
export type OpenFile = number | { readonly fd: number };

/** `undefined` inherits; `PIPE`, `DEVNULL`; a file; or a stream, which is copied from. */
export type InputTarget = OpenFile | Readable | undefined;

/** `undefined` inherits; `PIPE`, `DEVNULL`, for `stderr` also `STDOUT`; a file; or a stream, which is copied to and not ended. */
export type OutputTarget = OpenFile | Writable | undefined;

/** What an `encoding` makes of output: with one text, else bytes. */
export type Output<E extends string | undefined> = E extends string ? string : Buffer;

/** How to run a program. */
export interface PopenOptions<E extends string | undefined = undefined> {
  /** What it reads. Default: what this process reads. */
  readonly stdin?: InputTarget;
  /** Where its output goes. Default: where that of this process goes. */
  readonly stdout?: OutputTarget;
  /** Where its errors go. Default: where those of this process go. */
  readonly stderr?: OutputTarget;
  /** Run by `/bin/sh`, or by the shell named. Default: false. */
  readonly shell?: boolean | string | undefined;
  /** Default: that of this process. */
  readonly cwd?: string | URL | undefined;
  /** The whole environment, also for finding the program. Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Any label that `TextDecoder` knows: `'utf8'`, `'gbk'`, … Default: bytes. */
  readonly encoding?: E | undefined;
  /** Bytes that are no text of the encoding become U+FFFD, or are a `TypeError`. Default: `'replace'`. */
  readonly errors?: 'replace' | 'strict' | undefined;
  /** The limit in bytes that `communicate` collects of each stream. Default: no limit. */
  readonly maxBuffer?: number | undefined;
  /** `terminate()`, `kill()` and time-outs go to all that the program has started, too. Default: with a shell. */
  readonly killTree?: boolean | undefined;
  /** Kills the program when it is aborted. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** The file to run, where that is not what the program is to be called. Default: the first word of the command. */
  readonly executable?: string | undefined;
  /** In a session of its own, without the terminal. Default: false. */
  readonly startNewSession?: boolean | undefined;
  /** Descriptors that the program gets under the same numbers. Default: none. */
  readonly passFds?: readonly number[] | undefined;
  /** Number of the user it runs as, for which this process needs the right. Default: that of this process. */
  readonly user?: number | undefined;
  /** Number of its group, likewise. Default: that of this process. */
  readonly group?: number | undefined;
}

/** Options of `run` and its variants, or of the methods of a running program. */
export const RUN_OPTIONS: readonly string[] = ['input', 'captureOutput', 'timeout', 'check'];

/** @throws {TypeError | RangeError} with the value received, for what the types would not let pass */
export function checkOptions(options: PopenOptions<string | undefined>): void {
  const given = optionsOf(options, '{ shell: true }');
  const misplaced = RUN_OPTIONS.find((name) => (given as Record<string, unknown>)[name] !== undefined);
  if (misplaced !== undefined) {
    throw new TypeError(`${misplaced} is an option of run: give Popen stdin, stdout, or call communicate and wait`);
  }
  const { killTree = false, startNewSession = false, shell = false, cwd, executable, env = {} } = given;
  checkBoolean('killTree', killTree);
  checkBoolean('startNewSession', startNewSession);
  if (typeof shell !== 'string' && typeof shell !== 'boolean')
    throw argumentError('shell', 'true, false or a path', shell);
  if (!isUrl(cwd)) checkPath('cwd', cwd);
  checkPath('executable', executable);
  const { maxBuffer = Infinity, encoding, errors, signal, passFds = [], user, group } = given;
  checkNumber('maxBuffer', maxBuffer, { unit: 'bytes' });
  if (encoding !== undefined) new TextDecoder(checkString('encoding', encoding)); // names what it does not know
  if (errors !== undefined) checkOneOf('errors', errors, ['replace', 'strict']);
  if (errors !== undefined && encoding === undefined) {
    throw new TypeError(`errors: '${errors}' is about text: give an encoding, or leave it out`);
  }
  if (signal !== undefined && !isAbortSignal(signal)) throw argumentError('signal', 'an AbortSignal', signal);
  checkArray('passFds', passFds).forEach((fd, i) => checkInteger(`passFds[${i}]`, fd, { min: 3 }));
  if (user !== undefined) checkInteger('user', user);
  if (group !== undefined) checkInteger('group', group);
  checkEnvironment(env);
}

function checkEnvironment(env: unknown): void {
  if (typeof env !== 'object' || env === null || Array.isArray(env)) {
    throw argumentError('env', 'an object like process.env', env);
  }
  for (const [name, value] of Object.entries(env as Record<string, unknown>)) {
    if (value !== undefined) checkString(`env.${name}`, value);
    if (name !== '' && !name.includes('=')) continue;
    throw new RangeError(`A variable of env must have a name without =, received ${received(name)}`);
  }
}

function checkPath(option: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value !== '' && !value.includes('\0'))) return;
  throw argumentError(option, 'a path', value);
}
