/** What macOS and Windows tell of processes, and of this one. Linux shows it in `/proc`: there, these functions tell nothing. */
export interface Processes {
  /**
   * What macOS tells of a process, also of one that was not reaped: `[state, parent, real user, threads, seconds and microseconds of its
   * start, ignored signals]`, the state as sys/proc.h numbers it, signals as bits, the lowest for signal 1; or `[-errno]`. Of another
   * user's process no start. `[-ENOSYS]` on Linux.
   */
  processState(pid: number): number[];

  /** All processes that macOS shows. */
  processIds(): number[];

  /**
   * What a process of this user was started with: the number of its arguments, and in one text, with a NUL after each, the path of the
   * program, the arguments and the environment. Empty if macOS does not tell.
   */
  processStrings(pid: number): string[];

  /** The inodes of the files that a process of this user has open. */
  processFiles(pid: number): number[];

  /** This user's directory for what can be made again (`_CS_DARWIN_USER_CACHE_DIR`): the same in each program, and not swept. */
  userDirectory(): string;

  /** How many descriptors this process may have open; `Infinity` if there is no limit. */
  descriptorLimit(): number;
}
