/** What a refused operation was about; it decides what the user can do. */
export type SystemPlace = 'address' | 'directory' | 'path' | 'process';

/** What an error of the system means for a user. */
export interface Meaning {
  /** A limit on memory or room is an {@link OutOfMemoryError}, everything else a {@link SystemError}. */
  readonly isMemory?: true;
  /** Continues "Cannot …: ". */
  readonly why: string;
  /** What to do: one sentence, or one for each place. That of `path` is the default. */
  readonly remedy: string | (Readonly<Partial<Record<SystemPlace, string>>> & { readonly path: string });
}

/** What to do about any error that is about a place. */
export const ELSEWHERE = {
  address: 'Give another address',
  directory: 'Set MULTIPROCESS_DIR to a directory that only this user can write to',
  path: 'Give another path',
};
const PERMIT = {
  address: 'Give this user the rights, or give another address',
  directory: 'Give this user the rights, or set MULTIPROCESS_DIR to a directory of its own',
  path: 'Give this user the rights, or give another path',
  process: 'Only its own user and root may do that',
};

/** The explanation of each system error, by name. `doctor` and all packages use this table. */
export const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOSPC: {
    isMemory: true,
    why: 'the file system is full',
    remedy: {
      directory:
        'In a container, raise its shared memory (docker run --shm-size); else remove what is not needed (npx multiprocess remove-orphans), or set MULTIPROCESS_DIR',
      address: 'Remove what is not needed, or give another address',
      path: 'Remove what is not needed, or give another path',
    },
  },
  EDQUOT: {
    isMemory: true,
    why: 'the quota of this user on the file system is used up',
    remedy: {
      address: 'Raise the quota, or give another address',
      directory: 'Raise the quota, or set MULTIPROCESS_DIR',
      path: 'Raise the quota, or give another path',
    },
  },
  EFBIG: {
    isMemory: true,
    why: 'the file would be longer than a file of this process may be',
    remedy: 'Raise the limit (ulimit -f)',
  },
  ENOMEM: { isMemory: true, why: 'the system has no memory for it', remedy: 'Raise the limit, or use less memory' },
  EMFILE: {
    why: 'this process has as many files open as it may',
    remedy: 'Raise the limit (ulimit -n), or close files that are not needed',
  },
  ENFILE: {
    why: 'the system has as many files open as it may',
    remedy: 'Raise the limit (sysctl fs.file-max), or end programs that have many files open',
  },
  EAGAIN: {
    why: 'there are as many processes and threads as there may be',
    remedy: 'Raise the limit (ulimit -u, or pids.max of the control group), or end others',
  },
  EACCES: { why: 'this user may not do that', remedy: PERMIT },
  EPERM: { why: 'the system does not permit it to this user', remedy: PERMIT },
  EROFS: { why: 'the file system is read-only', remedy: ELSEWHERE },
  ENOENT: {
    why: 'a part of the path is not there',
    remedy: {
      address: 'Start what is to listen there, make its directory, or give another address',
      directory: 'Make it, or set MULTIPROCESS_DIR to a directory whose parent is there',
      path: 'Make it, or give another path',
    },
  },
  ENOTDIR: { why: 'a part of the path is not a directory', remedy: ELSEWHERE },
  EISDIR: { why: 'it is a directory', remedy: ELSEWHERE },
  ELOOP: { why: 'a part of the path is a symbolic link that may not be followed', remedy: ELSEWHERE },
  ENAMETOOLONG: {
    why: 'the path is longer than the system allows',
    remedy: {
      address: 'Give a shorter one',
      directory: 'Set MULTIPROCESS_DIR to a shorter one',
      path: 'Give a shorter one',
    },
  },
  EINVAL: { why: 'the file system cannot do that', remedy: ELSEWHERE },
  ENODEV: { why: 'the file system cannot map files into memory', remedy: ELSEWHERE },
  EOPNOTSUPP: { why: 'the file system cannot do that', remedy: ELSEWHERE },
  ENOTSUP: { why: 'the file system cannot do that', remedy: ELSEWHERE },
  ENOSYS: {
    why: 'the kernel, or a profile that restricts it, does not have that call',
    remedy: 'What is missing tells: npx multiprocess doctor',
  },
  ENOLCK: {
    why: 'the file system has no locks',
    remedy: ELSEWHERE,
  },
  ESPIPE: { why: 'it is not a regular file', remedy: ELSEWHERE },
  ENXIO: { why: 'it is not a regular file', remedy: ELSEWHERE },
  EIO: { why: 'the device failed', remedy: ELSEWHERE },
  ESTALE: { why: 'the file was replaced meanwhile', remedy: ELSEWHERE },
  EBUSY: { why: 'it is in use', remedy: ELSEWHERE },
  ETXTBSY: { why: 'it is in use', remedy: ELSEWHERE },
  EADDRINUSE: {
    why: 'something listens there already',
    remedy: 'Give another address (port 0 is any that is free), or end what listens there',
  },
  EADDRNOTAVAIL: { why: 'this machine does not have that address', remedy: ELSEWHERE },
  EAFNOSUPPORT: { why: 'this machine has no addresses of that kind', remedy: ELSEWHERE },
  ECONNREFUSED: { why: 'nothing listens there', remedy: 'Start what is to listen there, or give another address' },
  ECONNRESET: { why: 'the other side closed the connection', remedy: 'Its own messages say why' },
  EPIPE: { why: 'the other side closed the connection', remedy: 'Its own messages say why' },
  ETIMEDOUT: { why: 'the host does not answer', remedy: ELSEWHERE },
  EHOSTUNREACH: { why: 'the host cannot be reached', remedy: ELSEWHERE },
  ENETUNREACH: { why: 'the host cannot be reached', remedy: ELSEWHERE },
  ENOTFOUND: { why: 'there is no host of that name', remedy: ELSEWHERE },
  EAI_AGAIN: { why: 'no name server answers', remedy: 'Try again later, or give a number instead of the name' },
  ESRCH: { why: 'there is no such process', remedy: 'It may have ended meanwhile' },
  EEXIST: { why: 'there is something of that name already', remedy: ELSEWHERE },
  ERR_ACCESS_DENIED: {
    why: 'the permission model of Node refuses it',
    remedy:
      'Run it with --allow-addons, --allow-child-process and --allow-worker, with --allow-fs-read=* and, for where programs meet, --allow-fs-write=/dev/shm/*',
  },
  NotCapable: {
    why: 'Deno has no permission for it',
    remedy: 'Run it by deno run -A: a native part may do everything anyway',
  },
};

/** Continues "Cannot …: ". */
export function refusalText(code: string, { why, remedy }: Meaning, place: SystemPlace): string {
  return `${why} (${code}). ${typeof remedy === 'string' ? remedy : (remedy[place] ?? remedy.path)}`;
}
