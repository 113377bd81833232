import type { Readable, Writable } from 'node:stream';
import {
  argumentError,
  checkArray,
  checkBoolean,
  checkInteger,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkRecord,
  checkString,
  isAbortSignal,
  isUrl,
  received,
} from '@multiprocess/shared-memory';

import { PIPE } from './stdio-constants.js';

/** A program and its arguments, or a program without arguments; with `shell`, a command line. */
export type Command = string | readonly string[];

/** An open file: a descriptor, or an object that has one, such as a `FileHandle`. */
export type OpenFile = number | { readonly fd: number };

/** `undefined` inherits the stream of this process. Otherwise `PIPE`, `DEVNULL`, an open file, or a stream that is copied from. */
export type InputTarget = OpenFile | Readable | undefined;

/**
 * `undefined` inherits the stream of this process. Otherwise `PIPE`, `DEVNULL`, for `stderr` also `STDOUT`, an open file, or a
 * stream that is copied to and not ended.
 */
export type OutputTarget = OpenFile | Writable | undefined;

/** Output: text if an `encoding` is given, otherwise bytes. */
export type Output<E extends string | undefined> = E extends string ? string : Buffer;

/** Options of a {@link Popen}. */
export interface PopenOptions<E extends string | undefined = undefined> {
  /** Its standard input. Default: that of this process. */
  readonly stdin?: InputTarget;
  /** Its standard output. Default: that of this process. */
  readonly stdout?: OutputTarget;
  /** Its standard error. Default: that of this process. */
  readonly stderr?: OutputTarget;
  /** Runs the command by `/bin/sh`, or by the shell with this path. Default: false. */
  readonly shell?: boolean | string | undefined;
  /** Its working directory. Default: that of this process. */
  readonly cwd?: string | URL | undefined;
  /** Its complete environment, in whose PATH the program is looked for. Default: that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * How output is decoded, and input that is a string is encoded: any label that `TextDecoder` knows, as `'utf8'` and `'gbk'`.
   * Default: output is bytes, and strings are written as UTF-8.
   */
  readonly encoding?: E | undefined;
  /** Bytes that are not valid in the encoding become U+FFFD ('replace'), or a `TypeError` ('strict'). Default: `'replace'`. */
  readonly errors?: 'replace' | 'strict' | undefined;
  /** How many bytes of each stream `communicate` collects at most. Default: no limit. */
  readonly maxBuffer?: number | undefined;
  /**
   * Collects both outputs a third time, as one: line by line, in the order in which they arrived. Both must be `PIPE`. If their order
   * must be exact, `stderr: STDOUT` is one pipe for both. Default: false.
   */
  readonly all?: boolean | undefined;
  /** `terminate()`, `kill()` and timeouts also end all that the program has started. Default: true with a shell. */
  readonly killTree?: boolean | undefined;
  /**
   * When a time-out of `run`, an abort or too much output ends the program: milliseconds that it has after SIGTERM, before SIGKILL.
   * Default: 0, SIGKILL at once.
   */
  readonly killAfter?: number | undefined;
  /** Looks for programs in `node_modules/.bin` of `cwd` and of the folders above it first, as `npm run` does. Default: false. */
  readonly preferLocal?: boolean | undefined;
  /** Aborting it ends the program, as `killAfter` says. Default: none. */
  readonly signal?: AbortSignal | undefined;
  /** The file to run, if the program shall see another name in `argv[0]`. Default: the first word of the command. */
  readonly executable?: string | undefined;
  /** Starts it in a session of its own, without a terminal. Default: false. */
  readonly startNewSession?: boolean | undefined;
  /** Descriptors that the program inherits, under the same numbers. Default: none. */
  readonly passFds?: readonly number[] | undefined;
  /** The user id it runs as, which needs privileges. Default: that of this process. */
  readonly user?: number | undefined;
  /** The group id it runs as, which needs privileges. Default: that of this process. */
  readonly group?: number | undefined;
}

/** Options of {@link Popen.pipe}. */
export type PipedOptions<E extends string | undefined = undefined> = Omit<PopenOptions<E>, 'stdin'>;

/** Options of `run` and its variants that a `Popen` does not have. */
export const RUN_OPTIONS = ['input', 'captureOutput', 'timeout', 'check'] as const;

/** The names of the options of `Popen`. */
export const POPEN_OPTIONS = [
  'stdin',
  'stdout',
  'stderr',
  'shell',
  'cwd',
  'env',
  'encoding',
  'errors',
  'maxBuffer',
  'all',
  'killTree',
  'killAfter',
  'preferLocal',
  'signal',
  'executable',
  'startNewSession',
  'passFds',
  'user',
  'group',
] as const;

/** @throws {@link TypeError} or {@link RangeError} if an option is of the wrong type or size. */
export function checkPopenOptions(options: PopenOptions<string | undefined>): void {
  const run: Partial<Record<string, unknown>> = { ...checkRecord(options, '{ shell: true }') };
  const misplaced = RUN_OPTIONS.find((name) => run[name] !== undefined);
  if (misplaced !== undefined) {
    throw new TypeError(
      `${misplaced} is an option of run(): give Popen stdin and stdout, or call communicate() and wait()`,
    );
  }
  const given = checkOptions(options, '{ shell: true }', POPEN_OPTIONS);
  const { killTree = false, startNewSession = false, shell = false, cwd, executable, env = {} } = given;
  checkBoolean('killTree', killTree);
  checkBoolean('startNewSession', startNewSession);
  if (typeof shell !== 'string' && typeof shell !== 'boolean')
    throw argumentError('shell', 'true, false or a path', shell);
  if (!isUrl(cwd)) checkPath('cwd', cwd);
  checkPath('executable', executable);
  const { killAfter = 0, preferLocal = false, all = false } = given;
  const { maxBuffer = Infinity, encoding, errors, signal, passFds = [], user, group } = given;
  checkNumber('maxBuffer', maxBuffer, { unit: 'bytes' });
  checkNumber('killAfter', killAfter, { unit: 'milliseconds' });
  checkBoolean('preferLocal', preferLocal);
  if (checkBoolean('all', all) && (given.stdout !== PIPE || given.stderr !== PIPE))
    throw new TypeError('all is made of both outputs: give captureOutput, or stdout: PIPE and stderr: PIPE');
  if (encoding !== undefined) new TextDecoder(checkString('encoding', encoding)); // throws a RangeError
  if (errors !== undefined) checkOneOf('errors', errors, ['replace', 'strict']);
  if (errors !== undefined && encoding === undefined) {
    throw new TypeError(`errors: '${errors}' is about text: give an encoding, or leave it out`);
  }
  if (signal !== undefined && !isAbortSignal(signal)) throw argumentError('signal', 'an AbortSignal', signal);
  checkArray('passFds', passFds).forEach((fd, i) => checkInteger(`passFds[${i}]`, fd, { min: 3 }));
  if (user !== undefined) checkInteger('user', user);
  if (group !== undefined) checkInteger('group', group);
  checkEnvironment('env', env);
  for (const [name, value] of Object.entries<unknown>(env)) {
    if (value !== undefined) checkString(`env.${name}`, value);
    if (name !== '' && !name.includes('=')) continue;
    throw new RangeError(`A variable of env must have a name without =, received ${received(name)}`);
  }
}

/** @throws {@link TypeError} if it is not an object of variables. */
export function checkEnvironment(name: string, env: unknown): void {
  if (typeof env === 'object' && env !== null && !Array.isArray(env)) return;
  throw argumentError(name, 'an object like process.env', env);
}

function checkPath(option: string, value: unknown): void {
  if (value === undefined || (typeof value === 'string' && value !== '' && !value.includes('\0'))) return;
  throw argumentError(option, 'a path', value);
}
