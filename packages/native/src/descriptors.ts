/** Descriptors of this process, most of which belong to the environment that opened them. Results as those of `Native`. */
export interface Descriptors {
  /** Makes descriptor `to` a duplicate of `from`, in one step: `dup2`. */
  duplicate(from: number, to: number): number;

  /** Makes child programs inherit the standard streams only. -38 (`ENOSYS`) on kernels before 5.11. */
  closeOnExec(): number;

  /** A pipe, `[read, write]`; or `[-errno]`. Both belong to the calling environment: see {@link open}. */
  makePipe(): number[];

  /**
   * Opens a file. Child programs do not inherit the descriptor. It belongs to the calling environment, and is closed with it, however
   * that ends. Only {@link close} may close it before, not `node:fs`.
   *
   * @param flags of `open(2)`; with `O_CREAT`, `mode` counts
   */
  open(path: string, flags: number, mode: number): number;

  /** Closes a descriptor of the calling environment. -9 (`EBADF`) for any other, which stays open. */
  close(fd: number): number;

  /**
   * Calls `adopt`, which makes a stream of Node of a descriptor of the calling environment. The stream closes it from then on. If no
   * stream has it afterwards, because `adopt` threw or the thread is being terminated, it is closed here.
   */
  handOver(fd: number, adopt: () => void): number;
}
