/**
 * What only the kernel can do for shared memory, as functions over integers.
 *
 * 0 or a positive number is the answer, a negative one is `-errno` (`-22` is `EINVAL`): a segment number that is not mapped, an offset
 * outside of the segment or not aligned to 4 bytes, a number that is no integer. Whoever calls makes errors of them. A reference to the
 * segment must be held in the calling thread's environment for the time of a call.
 */
export interface Native {
  /**
   * Maps the first `byteLength` bytes of `fd`, shared and writable, and counts one reference for the calling environment. Does not block.
   *
   * There is one mapping per process and file (device and inode): a second call, from whatever thread, returns the same number. The caller
   * holds `flock(LOCK_SH)` on `fd`; closing `fd` leaves the lock with the mapping. A later call's `fd` may be closed as well: the lock
   * that counts is that of the first.
   *
   * @param fd A regular file, open for reading and writing, of `byteLength` bytes or more, which nobody will ever shorten.
   * @param path Where the file is, absolute, for removing it when the last user leaves; `''` never removes it.
   * @param permanent Stays mapped until the process ends, as a segment with life words must. A later call may raise it, not lower it.
   * @returns A segment number, 1 or more. Numbers are used again as late as possible.
   */
  map(fd: number, byteLength: number, path: string, permanent: boolean): number;

  /**
   * Makes a buffer over `byteLength` bytes of the mapping from `offset` on (a multiple of 8), a new one at each call. It keeps the addresses
   * until it has been collected. When the last buffer of a mapping that is not permanent has been collected, all references to it are
   * dropped: nobody can reach the memory any more.
   *
   * An `ArrayBuffer` where the runtime offers no better: see {@link Native.describe}. Never transfer it, and never mark it untransferable.
   *
   * @throws {Error} If there is no such segment, or the runtime forbids buffers over foreign memory.
   */
  buffer(segment: number, offset: number, byteLength: number): SharedArrayBuffer;

  /**
   * Drops one reference of the calling environment. With the process's last one the file and its lock are let go, and the file is removed
   * if nobody else has it. Views that are left read zeros at first, and reach nobody. A permanent segment stays.
   *
   * An environment that ends (return, `process.exit`, `worker.terminate()`) drops its references by itself, and so does the process.
   *
   * @returns 1 if the file was removed, 0 if not: others have it, or somebody else has just removed it.
   */
  unmap(segment: number): number;

  /**
   * Removes a regular file if nobody holds a lock on it.
   *
   * @returns 1 if it was removed, 0 if not: in use, replaced by another meanwhile, or gone already.
   */
  reap(path: string): number;

  /** `flock` that never waits: `operation` 1 shared, 2 exclusive, 8 unlock. Returns 0; -11 (`EAGAIN`) if somebody else has it. */
  lock(fd: number, operation: number): number;

  /**
   * Gets memory for a range, so that touching it cannot end in SIGBUS. Touches every page: takes about 0.5 ms per MiB.
   *
   * Only for ranges that hold nothing yet: if it fails, all whole pages inside the range are given back, with what was in them. Pages that
   * the range covers in part are got as well, but never given back; ask for whole pages where that matters.
   *
   * @returns 0; -28 (`ENOSPC`) if the file system is full; on kernels before 5.14, -95 (`ENOTSUP`) for a segment mapped without a path.
   */
  reserve(segment: number, offset: number, byteLength: number): number;

  /** Gives the memory of all whole pages inside the range back. They read as zeros afterwards, for everybody. */
  giveBack(segment: number, offset: number, byteLength: number): number;

  /**
   * Makes the 64 bytes at `offset`, aligned to 8, the life word of the calling thread: a robust mutex that it holds until it ends. Then the
   * kernel sets bit 30 (`0x40000000`) in the word that holds the thread id, and wakes one of those parked on it. Nobody may be using a
   * mutex there.
   *
   * @param segment Must be permanent.
   * @returns How many bytes into the mutex that word is: 0 with glibc, 4 with musl. -17 (`EEXIST`) if the thread has a life word.
   */
  claimLife(segment: number, offset: number): number;

  /** Gives up the life word of the calling thread, which becomes 0, and wakes all who are parked on it. -1 (`EPERM`) without one. */
  releaseLife(): number;

  /**
   * Blocks while the word is `expected`, at most `micros`: looks at it a few times, then yields the processor between looks.
   *
   * @returns 1 if the word is another, 0 if not.
   */
  spin(segment: number, offset: number, expected: number, micros: number): number;

  /**
   * Blocks while the word is `expected` and, if `lifeSegment` is not 0, the life word is `lifeExpected`; at most `timeoutMs`, which may be
   * fractional or `Infinity`. May return early: look again in a loop. `worker.terminate()` waits for it, so keep the time short.
   *
   * Where the kernel cannot wait for two words (see {@link Native.describe}) a change of the life word is seen after at most 20 ms.
   *
   * @returns 0 woken or changed, 1 timed out.
   */
  park(
    segment: number,
    offset: number,
    expected: number,
    lifeSegment: number,
    lifeOffset: number,
    lifeExpected: number,
    timeoutMs: number,
  ): number;

  /**
   * Like {@link Native.park} while each of several words is what is expected of it: `words` has segment, offset and expected for each of
   * them. Of more than 128, and where the kernel cannot wait for several, the change of some is seen after at most 20 ms.
   */
  parkAny(words: Float64Array, timeoutMs: number): number;

  /** Wakes at most `count` of those parked on the word, in whatever process. Returns how many. */
  unpark(segment: number, offset: number, count: number): number;

  /** Makes a FIFO that only this user may open. */
  makeFifo(path: string): number;

  /** Writes one byte to a non-blocking FIFO. Returns 0, also if it is full (rung already); -32 (`EPIPE`) if nobody has it open to read. */
  ring(fd: number): number;

  /**
   * Blocks until the child has ended, at most `timeoutMs`, and tells how, without reaping it: Node still emits `exit`. Only while the event
   * loop that started it stands still, as it does in a blocking call on the main thread; else it may be gone already (`ECHILD`).
   *
   * @returns The exit status, 0 to 255; -N if signal N killed it; -1000000 if it is still running; else -1000000-errno.
   */
  waitExit(pid: number, timeoutMs: number): number;

  /** The signal this process gets when the *thread* that started it ends; 0 for none. */
  setParentDeathSignal(signal: number): number;

  /** How buffers are made, and whether the kernel can wait for two words at once. */
  describe(): { sharedBuffer: string; futexWaitv: boolean };
}
