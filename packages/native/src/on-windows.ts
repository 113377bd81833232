/**
 * What only Windows has: bells of event loops that are no files, and directories with security descriptors. Elsewhere these functions
 * answer -38 (`ENOSYS`), or with nothing.
 */
export interface OnWindows {
  /**
   * Makes an event of that name, which no other user can open. From then on `onRing` is called in the event loop of this thread soon after
   * the event has been set, once however often that was. It is over with the environment. The loop is not kept alive by it.
   *
   * @returns A number of 1 or more, for {@link OnWindows.keepBell}, `ring`, `watchEnds` and {@link OnWindows.closeBell}; -17 (`EEXIST`)
   * if there is an event of that name.
   */
  hearBell(name: string, onRing: () => void): number;

  /** Keeps the event loop alive as long as it hears that bell, or no longer. */
  keepBell(bell: number, keeps: boolean): number;

  /**
   * A bell that another thread hears, for `ring`.
   *
   * @returns A number as above; -2 (`ENOENT`) if none hears it.
   */
  openBell(name: string): number;

  /** Forgets a bell of another thread. -9 (`EBADF`) if there is none of that number, -16 (`EBUSY`) for one that is heard here. */
  closeBell(bell: number): number;

  /**
   * Makes a directory to which only this user has rights, as for all that is made in it, and marks it as one that this toolkit has made.
   *
   * @returns 0; -17 (`EEXIST`) if there is something of that name.
   */
  makeDirectory(path: string): number;

  /**
   * The security identifiers of this user, of the owner of a directory, and of those besides this user, the system and the administrators that
   * could write to it. Empty if Windows does not tell.
   */
  writers(path: string): string[];

  /** The owner and the access list of a file or directory, in the language of security descriptors; empty if Windows does not tell. */
  securityOf(path: string): string;
}
