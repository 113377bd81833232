/** The state of a process. */
export interface ProcessStat {
  readonly pid: number;
  /** When it started, in units of the system. With the process id, it identifies the process for ever. */
  readonly startedAt: string;
  /** A letter; `T` and `t` mean stopped. */
  readonly state: string;
  readonly parent: number;
  readonly threads: number;
}

/** The limit that a process has reached when the kernel maps no more memory, and what to do about it. */
export interface MemoryLimit {
  readonly isMemory: true;
  readonly why: string;
  readonly remedy: string;
}

/** How a system keeps other users out of a directory. */
export interface PrivateDirectories {
  /** Makes one that only this user can write to, and marks it as one that this toolkit has made. @throws {@link Error} with `code` `EEXIST` */
  readonly makeDirectory: (directory: string) => void;
  /** What is wrong with it, `'missing'` if there is none; undefined if only this user can write to it, who then has all rights to it. */
  readonly whyNotPrivate: (directory: string) => string | undefined;
}

/** What an operating system shows of processes, files and limits. What it does not show is undefined, or none. */
export interface System extends PrivateDirectories {
  /** What those lock that take a slot of the registry in that directory, and the flags of `open` for it. */
  readonly claimLock: (directory: string) => { readonly path: string; readonly flags: number };
  /** The length of a file that was made for a segment of so many bytes. */
  readonly fileBytes: (byteLength: number) => number;

  /** Whether a file that a process has mapped can be removed. Else its last user removes it. */
  readonly removesMapped: boolean;

  /** The path of the process's descriptor of a removed file that had that path. */
  readonly descriptorOfDeleted: (pid: number, path: string) => string | undefined;
  /** The same, for a file of that name in any directory: its directory may have been renamed. */
  readonly descriptorOfName: (pid: number, fileName: string) => string | undefined;
  /** The same, for the file with that inode. */
  readonly descriptorOfInode: (pid: number, inode: number) => string | undefined;
  /** Whether the process has a removed file mapped that had that path. */
  readonly mapsDeleted: (pid: number, path: string) => boolean;

  /** A path to what a descriptor of this process has open, or to a file in that folder. Good while it is open. */
  readonly descriptorPath: (descriptor: number, name?: string) => string;
  /** A message of the system, with another path in place of one of `descriptorPath`. */
  readonly withoutDescriptorPath: (message: string, path: string) => string;
  /**
   * Whether an open folder is of the kernel's own file system. Links there belong to the kernel, and the text of some, such as
   * the target of /dev/stdout, is not a path.
   */
  readonly isKernelFolder: (descriptor: number) => boolean;
  /** The flags of `open` for a folder in which only names are looked up, so without the right to list it where that is possible. */
  readonly folderAccess: number;

  /** How long the path of a socket may be, without the zero at its end: longer ones are cut off, or refused. */
  readonly maxSocketPathBytes: number;

  /** Which processes hold a lock (flock(2)) on which inode. */
  readonly lockHolders: () => Map<number, readonly number[]>;
  /** Those of all processes among which the ones with a lock are, found in little time. */
  readonly mayHoldLocks: () => readonly number[];

  readonly memoryLimit: () => MemoryLimit | undefined;
  /** A limit of this process; undefined if it has none. */
  readonly ownLimit: (name: 'Max address space' | 'Max open files') => number | undefined;

  /** The state of a process; undefined if it does not exist, or is a zombie. */
  readonly processStat: (pid: number) => ProcessStat | undefined;
  /** Whether a process has ended with all its threads, even if it was not reaped. It released its locks before that. */
  readonly hasEnded: (process: Pick<ProcessStat, 'pid' | 'startedAt'>) => boolean;
  /** The user id of a process; undefined if there is no such process. */
  readonly userOf: (pid: number) => number | undefined;
  /** Whether the process is known to ignore that signal. */
  readonly ignoresSignal: (pid: number, signal: number) => boolean;
  /** All running processes that this one may see. Takes some milliseconds. */
  readonly runningProcesses: () => ProcessStat[];
  /** The arguments that a process was started with; empty if it has ended or belongs to another user. */
  readonly argumentsOf: (pid: number) => string[];
  /** The environment that a process was started with, as `NAME=value`; empty likewise. */
  readonly environmentOf: (pid: number) => string[];

  /** A path to the program that runs here, even if its file was removed or replaced. */
  readonly ownProgram: () => string;
  /** Whether the kernel starts files with that head, besides ELF files and scripts; undefined if that is not known. */
  readonly isRegisteredFormat: (file: string, head: Buffer) => boolean | undefined;

  /** Directories in which this user's may be made, the best first. */
  readonly sharedDirectories: () => readonly string[];
}
