import { existsSync, readFileSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, release, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { Lock } from '@multiprocess/sync';
import {
  defaultDirectory,
  describePlatform,
  descriptorLimit,
  host,
  hostName,
  hostVersion,
  inspectObjects,
  listSegments,
  MAX_THREADS,
  SharedMemory,
  thisThread,
} from '@multiprocess/shared-memory';
import { failure, ok, warning } from './finding.js';
import type { Finding, Result } from './finding.js';
import { formatBytes } from './format-bytes.js';
import { backend, nativePart } from './native-checks.js';

type Check = () => Result;

const SMALL_BYTES = 128 * 2 ** 20; // containers have 64 MiB unless configured otherwise
const FEW_BYTES = 16 * 2 ** 20;
const TMPFS = 0x01021994;
const FEW_DESCRIPTORS = 1024;
/** Users below are system users, whose files logind does not remove. */
const FIRST_PERSON = 1000;
const LOGIND = ['/etc/systemd/logind.conf', '/usr/lib/systemd/logind.conf'];

const { engines } = createRequire(import.meta.url)('../../package.json') as { engines: { node: string } };

const MACHINE = `${process.platform} ${process.arch}, kernel ${release()}`;

/** What works on a runtime that is not Node, for which other checks have no line. */
const ELSEWHERE =
  'Locks, queues, pipes, values, processes and pools work between processes and threads. The guide "Bun, Deno and ways to run Node" ' +
  'says what does not, such as an RLock that is taken again after acquire(), and why';

function runtime(): Result {
  return hostName === 'Node' ? node() : warning(`${hostVersion} on ${MACHINE}`, ELSEWHERE);
}

function node(): Result {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const supported = major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  const found = `${process.version} on ${MACHINE}`;
  if (supported) return ok(found);
  return failure(found, `Install a Node that is ${engines.node}`);
}

function sharedBuffer(): Result {
  const { sharedBuffer: way } = describePlatform();
  if (way !== 'array-buffer') return ok(`SharedArrayBuffer, made by ${way}`);
  return warning(
    `ArrayBuffer: ${host} has no way to make a SharedArrayBuffer`,
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
  const limit = descriptorLimit();
  if (limit === undefined) return ok('this process may have any number of files open');
  const found = `this process may have ${limit} files open`;
  if (limit >= FEW_DESCRIPTORS) return ok(found);
  return warning(found, 'A thread has one open for each other that it wakes. ulimit -n 4096');
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
  [hostName]: runtime,
  'Native part': nativePart,
  Backend: backend,
  'Buffers over shared memory': sharedBuffer,
  'Waiting for a lock and for its owner at once (futex_waitv)': ownersEnd,
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

/** Makes all checks, in their order; without a native part only those before it. */
export function checkMachine(): Finding[] {
  const findings: Finding[] = [];
  for (const [subject, check] of Object.entries(CHECKS)) {
    const result = guarded(check);
    findings.push({ subject, ...result });
    if (check === nativePart && result.verdict === 'failure') break; // all others are about what it does
  }
  return findings;
}
