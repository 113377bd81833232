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

type Check = () => Finding;

const SMALL_BYTES = 128 * 2 ** 20; // containers have 64 MiB unless configured otherwise
const FEW_BYTES = 16 * 2 ** 20;
const TMPFS = 0x01021994;
const FEW_DESCRIPTORS = 1024;
const MAX_THREADS = 4095;
/** Users below are system users, whose files logind does not remove. */
const FIRST_PERSON = 1000;
const LOGIND = ['/etc/systemd/logind.conf', '/usr/lib/systemd/logind.conf'];

const { engines } = createRequire(import.meta.url)('../../package.json') as { engines: { node: string } };

const ok = (subject: string, found: string): Finding => ({ subject, verdict: 'ok', found });

function node(): Finding {
  const subject = 'Node';
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const supported = major >= 24 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19);
  const found = `${process.version} on ${process.platform} ${process.arch}, kernel ${release()}`;
  if (supported) return ok(subject, found);
  return { subject, verdict: 'failure', found, remedy: `Install a Node that is ${engines.node}` };
}

function nativePart(): Finding {
  const subject = 'Native part';
  try {
    describePlatform();
    return ok(subject, 'loaded');
  } catch (error) {
    const { message, cause } = error as Error;
    const why = isError(cause) ? `${message}: ${cause.message}` : message;
    const remedy = 'Linux on x64 or arm64 is needed; there, install again with npm install --include=optional';
    return { subject, verdict: 'failure', found: why, remedy };
  }
}

function sharedBuffer(): Finding {
  const subject = 'Buffers over shared memory';
  const { sharedBuffer: way } = describePlatform();
  if (way !== 'array-buffer') return ok(subject, `SharedArrayBuffer, made by ${way}`);
  return {
    subject,
    verdict: 'warning',
    found: 'ArrayBuffer: this Node has no way to make a SharedArrayBuffer',
    remedy: 'All works but posting SharedMemory.buffer to a worker thread. Node 22.23, 24.16, 26.1 and newer have one',
  };
}

function ownersEnd(): Finding {
  const subject = 'Waiting for a lock and for its owner at once (futex_waitv)';
  const { backend, futexWaitv } = describePlatform();
  if (futexWaitv || backend !== 'futex') return ok(subject, futexWaitv ? 'yes' : 'yes, without it');
  return {
    subject,
    verdict: 'warning',
    found: 'no',
    remedy:
      'The end of an owner is noticed after up to 20 ms. Linux 5.16 and newer, or a seccomp profile that allows futex_waitv',
  };
}

function threadsEnd(): Finding {
  const subject = 'Noticing that a thread has ended (robust futexes)';
  const { backend } = describePlatform();
  if (backend === 'futex') return ok(subject, 'yes, by the futex backend');
  return ok(subject, `not by the kernel; the ${backend} backend asks for file locks`);
}

function directory(): Finding {
  const subject = 'Where programs meet';
  const { directory: path } = describePlatform();
  const { type } = statfsSync(nearest(path));
  if (type === TMPFS) return ok(subject, `${path}, in memory`);
  const because = path === defaultDirectory() ? ', since /dev/shm is not there, or not writable' : '';
  return {
    subject,
    verdict: 'warning',
    found: `${path}, which is on a disk${because}`,
    remedy:
      'All works, but the kernel writes changes to that disk. Mount a tmpfs at /dev/shm (docker run --tmpfs /dev/shm:mode=1777), or let MULTIPROCESS_DIR be a directory in one',
  };
}

/** The directory, or the nearest parent that exists. */
function nearest(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearest(dirname(path));
}

/** Whether systemd's logind may remove files of a user who has logged out. */
function logout(): Finding {
  const subject = 'Files after logout';
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
  if (isSafe) return ok(subject, 'stay');
  return {
    subject,
    verdict: 'warning',
    found: `logind may remove what ${username} has in /dev/shm when that user logs out, under programs that go on running`,
    remedy: `loginctl enable-linger ${username}, or RemoveIPC=no in /etc/systemd/logind.conf, or a MULTIPROCESS_DIR elsewhere`,
  };
}

/** Whether the directory still has the objects of running programs. */
function names(): Finding {
  const subject = 'Names in the directory';
  const { registry } = thisThread();
  if (!registry.isLost) return ok(subject, 'are those that programs use');
  const others = registry.pids().filter((pid) => pid !== process.pid);
  return {
    subject,
    verdict: 'warning',
    found: `${registry.directory} was emptied under running programs: processes ${others.join(', ')}`,
    remedy:
      'They go on, and new ones with them, but objects with a name are refused. End those programs, and find out what removes files there: RemoveIPC of logind, a cleaner of temporary files',
  };
}

function room(): Finding {
  const subject = 'Room for shared memory';
  const { directory: path } = describePlatform();
  const { bavail, blocks, bsize } = statfsSync(nearest(path));
  const found = `${formatBytes(bavail * bsize)} free of ${formatBytes(blocks * bsize)}`;
  if (blocks * bsize > SMALL_BYTES && bavail * bsize > FEW_BYTES) return ok(subject, found);
  const remedy =
    'docker run --shm-size=1g; in Kubernetes an emptyDir with medium: Memory at /dev/shm; elsewhere mount -o remount,size=1g /dev/shm';
  return { subject, verdict: 'warning', found, remedy };
}

function descriptors(): Finding {
  const subject = 'Open files';
  const limit = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 'unlimited';
  if (limit === 'unlimited' || Number(limit) >= FEW_DESCRIPTORS) return ok(subject, `at most ${limit}`);
  const remedy = 'A thread has one open for each other that it wakes. ulimit -n 4096';
  return { subject, verdict: 'warning', found: `at most ${limit}`, remedy };
}

function processors(): Finding {
  const subject = 'Processors';
  const count = availableParallelism();
  if (count > 1) return ok(subject, String(count));
  const remedy = 'All works; but nothing is gained by more processes, and a wait goes through the kernel each time';
  return { subject, verdict: 'warning', found: '1', remedy };
}

function threads(): Finding {
  const { threads: living } = inspectObjects();
  return ok('Threads that use the toolkit', `${living.length}, at most ${MAX_THREADS} at a time`);
}

function orphans(): Finding {
  const subject = 'Orphans';
  const left = listSegments().filter(({ orphan }) => orphan);
  if (left.length === 0) return ok(subject, 'none');
  const bytes = formatBytes(left.reduce((sum, { bytesInUse }) => sum + bytesInUse, 0));
  const remedy = 'Creating the next object removes them; at once: npx multiprocess remove-orphans';
  return { subject, verdict: 'warning', found: `${left.length} with ${bytes}`, remedy };
}

function trial(): Finding {
  using memory = new SharedMemory({ size: 64 });
  using lock = new Lock();
  lock.runSync(() => Atomics.add(new Int32Array(memory.buffer), 0, 1));
  const listed = listSegments().filter(({ pids }) => pids.includes(process.pid)).length;
  if (listed >= 2) return ok('Trial', 'memory and a lock were made, used, and found by others');
  return {
    subject: 'Trial',
    verdict: 'warning',
    found: 'memory and a lock work, but /proc/locks does not show who has them',
    remedy:
      'Without it, "list" takes everything for an orphan; nothing else depends on it. Mount /proc without hidepid',
  };
}

/** A check that throws is reported as a failure. */
function guarded(subject: string, check: Check): Check {
  return () => {
    try {
      return check();
    } catch (error) {
      // Errors of the toolkit say what was found, and in the next sentence what to do.
      const [found = '', ...remedy] = (error as Error).message.split('. ');
      return { subject, verdict: 'failure', found, ...(remedy.length > 0 && { remedy: remedy.join('. ') }) };
    }
  };
}

/** All checks; each may rely on those before it. */
export const CHECKS: readonly Check[] = [
  guarded('Node', node),
  guarded('Native part', nativePart),
  guarded('Buffers over shared memory', sharedBuffer),
  guarded('Waiting for a lock and for its owner at once', ownersEnd),
  guarded('Noticing that a thread has ended', threadsEnd),
  guarded('Where programs meet', directory),
  guarded('Room for shared memory', room),
  guarded('Files after logout', logout),
  guarded('Names in the directory', names),
  guarded('Open files', descriptors),
  guarded('Processors', processors),
  guarded('Threads that use the toolkit', threads),
  guarded('Orphans', orphans),
  guarded('Trial', trial),
];
