// @ts-check
// Says where every process of a test stands, from /proc. Plain JavaScript, since the watchdog's thread loads it, and
// synchronous, since the caller is about to end those processes.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';

// The calls in which the toolkit and Node sleep, by their numbers on x64 and on arm64.
const SYSTEM_CALLS = new Map(
  process.arch === 'arm64'
    ? [
        [22, 'epoll_pwait'],
        [63, 'read'],
        [98, 'futex'],
        [101, 'nanosleep'],
        [115, 'clock_nanosleep'],
        [449, 'futex_waitv'],
      ]
    : [
        [0, 'read'],
        [35, 'nanosleep'],
        [202, 'futex'],
        [230, 'clock_nanosleep'],
        [232, 'epoll_wait'],
        [281, 'epoll_pwait'],
        [449, 'futex_waitv'],
      ],
);

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // gone meanwhile, or not ours to read
  }
}

/** @param {string} directory */
function list(directory) {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** @param {number} pid */
function parentOf(pid) {
  return Number(/^PPid:\t(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1]);
}

/**
 * The processes that have `setting` ("NAME=value") in their environment, or descend from process `ancestor`.
 *
 * @param {string} setting
 * @param {number} [ancestor]
 * @returns {number[]}
 */
export function relatedProcesses(setting, ancestor) {
  const pids = list('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const parents = new Map(pids.map((pid) => [pid, parentOf(pid)]));
  /** @param {number | undefined} pid @returns {boolean} */
  const descends = (pid) => pid !== undefined && (pid === ancestor || descends(parents.get(pid)));
  return pids.filter((pid) => descends(pid) || read(`/proc/${pid}/environ`).split('\0').includes(setting));
}

/** @param {string} task a directory of /proc */
function describeThread(task) {
  const state = /\) (\S)/.exec(read(`${task}/stat`))?.[1] ?? '?';
  const [number, ...args] = read(`${task}/syscall`).trim().split(' ');
  const call =
    number === undefined || number === '' || number === 'running'
      ? number
      : (SYSTEM_CALLS.get(Number(number)) ?? `system call ${number}`);
  const stack = read(`${task}/stack`)
    .trim()
    .replaceAll(/^\[<\w+>\] /gm, '')
    .split('\n')
    .slice(0, 4)
    .join(' < ');
  const where = [`wchan ${read(`${task}/wchan`) || '?'}`, call, ...args.slice(0, 4), stack && `stack ${stack}`];
  return `${read(`${task}/comm`).trim()}: ${state} ${where.filter(Boolean).join(' ')}`;
}

/** @param {number} pid */
function describeProcess(pid) {
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
  /** @type {Map<string, string[]>} the idle threads of Node's and V8's pools all stand at the same place */
  const threads = new Map();
  for (const tid of list(`/proc/${pid}/task`)) {
    const where = describeThread(`/proc/${pid}/task/${tid}`);
    threads.set(where, [...(threads.get(where) ?? []), tid]);
  }
  const lines = [...threads].map(([where, tids]) => `    ${tids.join(' ')} ${where}`);
  return [`  ${pid}, child of ${parentOf(pid)}: ${command}`, ...lines].join('\n');
}

/** @param {string} directory */
function describeDirectory(directory) {
  const files = list(directory).map((name) => {
    const file = path.join(directory, name);
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 'gone';
    const users = list('/proc').filter((pid) =>
      list(`/proc/${pid}/map_files`).some((map) => mapped(pid, map) === file),
    );
    return `    ${name}: ${size} bytes, mapped by ${users.join(', ') || 'no process'}`;
  });
  return [`  ${directory}: ${files.length} entries`, ...files].join('\n');
}

/** @param {string} pid @param {string} map */
function mapped(pid, map) {
  try {
    return readlinkSync(`/proc/${pid}/map_files/${map}`);
  } catch {
    return undefined;
  }
}

/**
 * One paragraph for each process, with what each of its threads waits for, and one for the segment directory.
 *
 * @param {readonly number[]} pids
 * @param {string} [directory]
 */
export function whereabouts(pids, directory) {
  return [...pids.map(describeProcess), ...(directory === undefined ? [] : [describeDirectory(directory)])].join('\n');
}
