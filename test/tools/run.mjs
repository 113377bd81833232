// @ts-check
import { execFileSync, spawn } from 'node:child_process';
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
 * Runs npm in a folder, and waits for its end.
 *
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {string} what it wrote
 */
export function npmOutput(args, cwd) {
  const [program, ...before] = npmCommand();
  return execFileSync(program, [...before, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** @returns {[program: string, ...args: string[]]} */
function npmCommand() {
  const cli = process.env['npm_execpath'];
  return cli?.endsWith('.js') ? [process.execPath, cli] : ['npm'];
}
