import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PopenOptions } from '../options/popen-options.js';

/**
 * The options with an environment in which the programs of packages come first: those in `node_modules/.bin` of the working
 * directory and of every folder above it, the nearest first, as `npm run` has it.
 */
export function withLocalPrograms<O extends PopenOptions<string | undefined>>(options: O): O {
  if (options.preferLocal !== true) return options;
  const { cwd = process.cwd(), env = process.env } = options;
  const folders: string[] = [];
  let folder = path.resolve(typeof cwd === 'string' ? cwd : fileURLToPath(cwd));
  for (let last = ''; folder !== last; last = folder, folder = path.dirname(folder)) {
    folders.push(path.join(folder, 'node_modules', '.bin'));
  }
  // Windows writes the variable in one of several ways.
  const name =
    Object.keys(env).findLast((one) => one.toUpperCase() === 'PATH' && process.platform === 'win32') ?? 'PATH';
  const rest = env[name];
  const all = rest === undefined || rest === '' ? folders : [...folders, rest];
  return { ...options, env: { ...env, [name]: all.join(path.delimiter) } };
}
