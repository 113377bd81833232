// @ts-check
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

/** The top of the repository, without a slash at the end. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/**
 * Runs a program in the repository's root with this one's output, and waits for it.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env] added to this process's environment
 * @returns {Promise<number>} its exit status; 1 when a signal ended it
 */
export function run(program, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/**
 * Runs the npm that runs this script, or else the one in PATH.
 *
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit status
 */
export function npm(args) {
  const [program, ...before] = npmCommand();
  return run(program, [...before, ...args]);
}

/**
 * Runs a program in a folder, and waits for its end. Rejects unless it ends with 0.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<string>} what it wrote
 */
export async function output(program, args, cwd) {
  const { stdout } = await promisify(execFile)(program, args, { cwd, maxBuffer: 2 ** 26 });
  return stdout;
}

/**
 * Runs npm in a folder, and waits for its end. Rejects unless it ends with 0.
 *
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<string>} what it wrote
 */
export function npmOutput(args, cwd) {
  const [program, ...before] = npmCommand();
  return output(program, [...before, ...args], cwd);
}

/** @returns {[program: string, ...args: string[]]} */
function npmCommand() {
  const cli = process.env['npm_execpath'];
  return cli?.endsWith('.js') ? [process.execPath, cli] : ['npm'];
}
