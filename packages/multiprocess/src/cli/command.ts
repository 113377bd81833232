import type { ParseArgsConfig } from 'node:util';

/** The exit status of a command that was given what it does not take. */
export const WRONG_USAGE = 2;

/** A command of the command line. */
export interface Command {
  /** Its name, and its arguments. */
  readonly synopsis: string;
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Whether it takes arguments that are not options. Default: false. */
  readonly allowPositionals?: boolean;
  /** Runs it. Returns the exit status of the program. */
  run(options: Readonly<Record<string, unknown>>, positionals: readonly string[]): number | Promise<number>;
}
