import { types } from 'node:util';
import { argumentError, checkBoolean, checkOptions, checkRecord, checkTimeout } from '@multiprocess/shared-memory';
import { POPEN_OPTIONS, RUN_OPTIONS } from './popen-options.js';
import type { PopenOptions } from './popen-options.js';
import { PIPE } from './stdio-constants.js';

/** Options of {@link run}. */
export interface RunOptions<E extends string | undefined = undefined> extends PopenOptions<E> {
  /** The complete input of the program; a string is written in `encoding`. Default: what `stdin` says. */
  readonly input?: string | Uint8Array | undefined;
  /** Collects both outputs, as `PIPE` does. Default: false. */
  readonly captureOutput?: boolean | undefined;
  /** Milliseconds until it is ended, as `killAfter` says. Default: never. */
  readonly timeout?: number | undefined;
  /** Throws a `CalledProcessError` if the status is not 0. Default: false. */
  readonly check?: boolean | undefined;
}

/** The names of the options of `run()`. */
export const ALL_RUN_OPTIONS = [...POPEN_OPTIONS, ...RUN_OPTIONS] as const;

/** Options of {@link runSync}, which nothing can abort, and which kills at once and has no order of outputs. */
export type RunSyncOptions<E extends string | undefined = undefined> = Omit<
  RunOptions<E>,
  'signal' | 'killAfter' | 'all'
>;

/**
 * The options for a {@link Popen}, with the streams that `input` and `captureOutput` ask for.
 *
 * @throws {@link TypeError} or {@link RangeError} if they contradict others, or are of the wrong type.
 */
export function popenOptionsOf<E extends string | undefined>(options: RunOptions<E>): PopenOptions<E> {
  const {
    input,
    captureOutput = false,
    check = false,
    stdin,
    stdout,
    stderr,
  } = checkOptions(options, '{ shell: true }', ALL_RUN_OPTIONS);
  checkTimeout(options, ALL_RUN_OPTIONS);
  checkBoolean('captureOutput', captureOutput);
  checkBoolean('check', check);
  if (input !== undefined) checkInput('input', input);
  if (input !== undefined && stdin !== undefined) {
    throw new TypeError('input and stdin are two ways to say what the program reads: give one of them');
  }
  if (captureOutput && (stdout !== undefined || stderr !== undefined)) {
    throw new TypeError('captureOutput says where both outputs go: leave stdout and stderr out');
  }
  const rest: PopenOptions<E> = Object.fromEntries(
    Object.entries(options).filter(([name]) => !(RUN_OPTIONS as readonly string[]).includes(name)),
  );
  return {
    ...rest,
    ...(input === undefined ? {} : { stdin: PIPE }),
    ...(captureOutput ? { stdout: PIPE, stderr: PIPE } : {}),
  };
}

/** @throws {@link TypeError} if it is neither text nor bytes. */
export function checkInput(name: string, input: unknown): void {
  if (typeof input !== 'string' && !types.isUint8Array(input)) throw argumentError(name, 'a string or bytes', input);
}

/** @throws {@link TypeError} if the options are not an object, or there is one that the function itself decides. */
export function checkDecided(name: string, options: object, decided: readonly string[]): void {
  const given = checkRecord(options, '{ timeout: 1000 }') as Record<string, unknown>;
  for (const option of decided) {
    if (given[option] === undefined) continue;
    throw argumentError(option, `left out, as ${name}() decides it (run() takes it)`, given[option]);
  }
}
