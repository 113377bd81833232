import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, release, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { Lock } from '@multiprocess/sync';
import {
  SharedMemory,
  defaultDirectory,
  describePlatform,
  inspectObjects,
  isError,
  listSegments,
  ownLimit,
  thisThread,
} from '@multiprocess/shared-memory';
import { formatBytes } from './format-bytes.js';

/** The result of one check. */
export interface Finding {
  readonly subject: string;
  readonly verdict: 'failure' | 'ok' | 'warning';
  readonly found: string;
  /** What you can do about it. */
  readonly remedy?: string;
}

type Result = Omit<Finding, 'subject'>;
type Check = () => Result;

const SMALL_BYTES = 128 * 2 ** 20; // containers have 64 MiB unless configured otherwise
const FEW_BYTES = 16 * 2 ** 20;
const TMPFS = 0x01021994;
const FEW_DESCRIPTORS = 1024;
const MAX_THREADS = 4095;
/** Users below are system users, whose files logind does not remove. */
const FIRST_PERSON = 1000;
const LOGIND = ['/etc/systemd/logind.conf', '/usr/lib/systemd/logind.conf'];

const { engines } = createRequire(import.meta.url)('../../package.json') as { engines: { node: string } };

const ok = (found: string): Result => ({ verdict: 'ok', found });
const warning = (found: string, remedy: string): Result => ({ verdict: 'warning', found, remedy });
const failure = (found: string, remedy: string): Result => ({ verdict: 'failure', found, remedy });

function node(): Result {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const supported = major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  const found = `${process.version} on ${process.platform} ${process.arch}, kernel ${release()}`;
  if (supported) return ok(found);
  return failure(found, `Install a Node that is ${engines.node}`);
}

function nativePart(): Result {
  try {
    describePlatform();
    if (process.platform !== 'darwin') return ok('loaded');
    return warning('loaded. Built for macOS, not yet run on one', 'Please report what works and what does not');
  } catch (error) {
    const { message, cause } = error as Error;
    const why = isError(cause) ? `${message}: ${cause.message}` : message;
    const remedy = 'Linux or macOS on x64 or arm64 is needed; there, install again with npm install --include=optional';
    return failure(why, remedy);
  }
}

function sharedBuffer(): Result {
  const { sharedBuffer: way } = describePlatform();
  if (way !== 'array-buffer') return ok(`SharedArrayBuffer, made by ${way}`);
  return warning(
    'ArrayBuffer: this Node has no way to make a SharedArrayBuffer',
    'All works but posting SharedMemory.buffer to a worker thread. Node 22.23, 24.16, 26.1 and newer have one',
  );
}

function ownersEnd(): Result {
  const { backend, futexWaitv } = describePlatform();
  if (futexWaitv) return ok('yes');
  if (backend !== 'futex') return ok('yes, without it');
  return warning(
    'no',
    'The end of an owner is noticed after up to 20 ms. Linux 5.16 and newer, or a seccomp profile that allows futex_waitv',
  );
}

function threadsEnd(): Result {
  const { backend } = describePlatform();
  if (backend === 'futex') return ok('yes, by the futex backend');
  return ok(`not by the kernel: the ${backend} backend asks for file locks`);
}

function directory(): Result {
  const { directory: path } = describePlatform();
  const { type } = statfsSync(nearest(path));
  if (type === TMPFS) return ok(`${path}, in memory`);
  if (process.platform === 'darwin') return ok(`${path}, on a disk, as everything is on macOS`);
  const because = path === defaultDirectory() ? ', since /dev/shm is not there, or not writable' : '';
  return warning(
    `${path}, which is on a disk${because}`,
    'All works, but the kernel writes changes to that disk. Mount a tmpfs at /dev/shm (docker run --tmpfs /dev/shm:mode=1777), or let MULTIPROCESS_DIR be a directory in one',
  );
}

/** The directory, or the nearest parent that exists. */
function nearest(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearest(dirname(path));
}

/** Whether systemd's logind may remove files of a user who has logged out. */
function logout(): Result {
  const { directory: path } = describePlatform();
  const { uid, username } = userInfo();
  const isSafe =
    !path.startsWith('/dev/shm/') ||
    uid < FIRST_PERSON ||
    !existsSync('/run/systemd/system') ||
    existsSync(`/var/lib/systemd/linger/${username}`) ||
    LOGIND.some(
      (file) => existsSync(file) && /^\s*RemoveIPC\s*=\s*(no|false|off|0)\b/m.test(readFileSync(file, 'utf8')),
    );
  if (isSafe) return ok('stay');
  return warning(
    `logind may remove what ${username} has in /dev/shm when that user logs out, under programs that go on running`,
    `loginctl enable-linger ${username}, or RemoveIPC=no in /etc/systemd/logind.conf, or a MULTIPROCESS_DIR elsewhere`,
  );
}

/** Whether the directory still has the objects of running programs. */
function names(): Result {
  const { registry } = thisThread();
  if (!registry.isLost) return ok('are those that programs use');
  const others = registry.pids().filter((pid) => pid !== process.pid);
  return warning(
    `${registry.directory} was emptied under running programs: processes ${others.join(', ')}`,
    'They go on, and new ones with them, but objects with a name are refused. End those programs, and find out what removes files there: RemoveIPC of logind, a cleaner of temporary files',
  );
}

function room(): Result {
  const { directory: path } = describePlatform();
  const { bavail, blocks, bsize } = statfsSync(nearest(path));
  const found = `${formatBytes(bavail * bsize)} free of ${formatBytes(blocks * bsize)}`;
  if (blocks * bsize > SMALL_BYTES && bavail * bsize > FEW_BYTES) return ok(found);
  const remedy =
    'docker run --shm-size=1g; in Kubernetes an emptyDir with medium: Memory at /dev/shm; elsewhere mount -o remount,size=1g /dev/shm';
  return warning(found, remedy);
}

function descriptors(): Result {
  const limit = ownLimit('Max open files') ?? Infinity;
  if (limit >= FEW_DESCRIPTORS) return ok(limit === Infinity ? 'no limit' : `at most ${limit}`);
  const remedy = 'A thread has one open for each other that it wakes. ulimit -n 4096';
  return warning(`at most ${limit}`, remedy);
}

function processors(): Result {
  const count = availableParallelism();
  if (count > 1) return ok(String(count));
  const remedy = 'All works; but nothing is gained by more processes, and a wait goes through the kernel each time';
  return warning('1', remedy);
}

function threads(): Result {
  const { threads: living } = inspectObjects();
  return ok(`${living.length}, at most ${MAX_THREADS} at a time`);
}

function orphans(): Result {
  const left = listSegments().filter(({ orphan }) => orphan);
  if (left.length === 0) return ok('none');
  const bytes = formatBytes(left.reduce((sum, { bytesInUse }) => sum + bytesInUse, 0));
  const remedy = 'Creating the next object removes them; at once: npx multiprocess remove-orphans';
  return warning(`${left.length} with ${bytes}`, remedy);
}

function trial(): Result {
  using memory = new SharedMemory({ size: 64 });
  using lock = new Lock();
  lock.runSync(() => Atomics.add(new Int32Array(memory.buffer), 0, 1));
  const listed = listSegments().filter(({ pids }) => pids.includes(process.pid)).length;
  if (listed >= 2) return ok('memory and a lock were made, used, and found by others');
  return warning(
    'memory and a lock work, but the system does not show who has them',
    'Without it, "list" takes everything for an orphan; nothing else depends on it. Mount /proc without hidepid',
  );
}

/** A check that throws is reported as a failure. */
function guarded(check: Check): Result {
  try {
    return check();
  } catch (error) {
    // Errors of the toolkit say what was found, and in the next sentence what to do.
    const [found = '', ...remedy] = (error as Error).message.split('. ');
    return { verdict: 'failure', found, ...(remedy.length > 0 && { remedy: remedy.join('. ') }) };
  }
}

/** Each check may rely on those before it. */
const CHECKS: Readonly<Record<string, Check>> = {
  Node: node,
  'Native part': nativePart,
  'Buffers over shared memory': sharedBuffer,
  'Waiting for a lock and for its owner at once (futex_waitv)': ownersEnd,
  'Noticing that a thread has ended (robust futexes)': threadsEnd,
  'Where programs meet': directory,
  'Room for shared memory': room,
  'Files after logout': logout,
  'Names in the directory': names,
  'Open files': descriptors,
  Processors: processors,
  'Threads that use the toolkit': threads,
  Orphans: orphans,
  Trial: trial,
};

/** Makes all checks, in their order. */
export function checkMachine(): Finding[] {
  return Object.entries(CHECKS).map(([subject, check]) => ({ subject, ...guarded(check) }));
}
