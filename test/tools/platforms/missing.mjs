// @ts-check
import { run } from '../run.mjs';

/** This machine lacks what a platform is tested with. The message says what, and how to get it. */
export class MissingError extends Error {}

/**
 * Like {@link run}, for a program that may not be installed, and whose failure ends the test of the platform.
 *
 * @param {string} what it does, after "Cannot"
 * @param {readonly [program: string, ...args: string[]]} command
 * @param {string} hint how to get what it needs
 * @param {NodeJS.ProcessEnv} [env]
 */
export async function need(what, [program, ...args], hint, env) {
  const status = await run(program, args, env).catch((/** @type {Error} */ error) => error.message);
  if (status !== 0) throw new MissingError(`Cannot ${what}: ${program} failed with ${status}. ${hint}`);
}

/** The exit status of a step for which something is missing here: EX_UNAVAILABLE of sysexits(3). */
export const MISSING = 69;

/** Roots of other systems are made and entered by root alone. */
export function needRoot() {
  if (process.platform !== 'linux' || process.arch !== 'x64' || process.getuid?.() !== 0) {
    throw new MissingError(
      'This platform is tested in a root folder of Debian: run it as root (sudo), on Linux on x64.',
    );
  }
}
