import type { ParseArgsConfig } from 'node:util';

/** A command of the command line. */
export interface Command {
  /** Its name, and what may follow it. */
  readonly synopsis: string;
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Default: none, any is an error. */
  readonly allowPositionals?: boolean;
  /** Does it, and says with which status the program is to end. */
  run(options: Readonly<Record<string, unknown>>, positionals: readonly string[]): number | Promise<number>;
}
