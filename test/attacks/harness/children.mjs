import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/**
 * Runs a program to its end and tells what it wrote and how it ended. One that takes longer than `limit` is killed with all
 * that it has started, and `late` says so.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, limit?: number, cwd?: string }} [options] `limit` in milliseconds
 */
export async function runToEnd(command, args, { env = {}, limit = 60_000, cwd } = {}) {
  const child = spawn(command, args, {
    cwd,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let late = false;
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  const timer = setTimeout(() => {
    late = true;
    killGroup(child.pid);
  }, limit);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  return { stdout: stdout.trim(), stderr: stderr.trim(), end: signal ?? code, late };
}

/** @param {number | undefined} leader */
function killGroup(leader) {
  if (leader === undefined) return;
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // it has just ended
  }
}

/**
 * Runs the attack itself in another role.
 *
 * @param {string} url `import.meta.url` of the attack
 * @param {readonly (string | number)[]} role
 * @param {Parameters<typeof runToEnd>[2] & { execArgv?: readonly string[] }} [options]
 */
export function runRole(url, role, { execArgv = [], ...options } = {}) {
  return runToEnd(process.execPath, [...execArgv, fileURLToPath(url), ...role.map(String)], options);
}

/** Arguments of Node for a few lines that use the toolkit as an unrelated program does. */
export const inline = (/** @type {string} */ source) => ['--input-type=module', '-e', source];

/** @param {string} command */
export function isInstalled(command) {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;
}

export const isRoot = process.getuid?.() === 0;

/** Whether this process may mount a file system in a namespace of its own. */
export function canMount() {
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}

/**
 * Runs the attack in a mount namespace whose segment directory is a tmpfs of that size.
 *
 * @param {string} url
 * @param {string} size as `mount` takes it
 * @param {readonly string[]} role
 * @param {number} limit milliseconds
 */
export function runOnSmallDisk(url, size, role, limit) {
  const mountAndRun = `mount -t tmpfs -o size=${size},mode=700 tmpfs /mnt && exec "$@"`;
  return runToEnd('unshare', ['-m', 'sh', '-c', mountAndRun, 'sh', process.execPath, fileURLToPath(url), ...role], {
    env: { MULTIPROCESS_DIR: '/mnt' },
    limit,
  });
}
