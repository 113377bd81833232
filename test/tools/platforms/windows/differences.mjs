// @ts-check
// What cannot pass under Wine, with the reason: what Windows does otherwise, what Wine does not, and what tests ask of Linux.

/** @typedef {import('../suites.mjs').Excluded} Excluded */

/** @type {readonly Excluded[]} */
const ofWindows = [
  {
    test: /of a .process., when .it (is killed|is terminated|is interrupted|aborts)|whose party dies while it runs it breaks the barrier|sees a worker die, and replaces it, without an event loop/,
    reason:
      'a program of Windows that is ended leaves an exit code and no signal; only who ends it knows which was meant',
  },
  {
    test: /of a .process., when .it calls process\.exit\((256|-1)/,
    reason: 'exit codes of Windows have 32 bits',
  },
  {
    test: /a parent ends its child (with SIGTERM, and gives it time|but waits no more than a second)|terminate\(\{ (grace|tree)/,
    reason: 'there is no SIGTERM that a program could answer',
  },
  {
    test: /from a signal handler, does not deadlock/,
    reason: 'Windows has no signal for programs to use as they like',
  },
  {
    test: /env is all of its environment, but for where shared objects are/,
    reason: 'Windows adds variables without which no program starts',
  },
  {
    files: 'test/process/deleted-directory.test.ts',
    reason: 'Windows removes no directory in which a program works',
  },
  {
    files: 'test/manager/unix-sockets.test.ts',
    reason: 'Node has no Unix sockets on Windows; named-pipes.test.ts is about what it has',
  },
];

/** @type {readonly Excluded[]} */
const ofWine = [
  {
    test: /the memory is given back when it is gone|a backlog that grows and shrinks many times|fills neither the queue nor the consumer|it takes memory as it needs it, never more than it may, and gives it back/,
    reason: 'Wine makes no holes in files',
  },
  {
    test: /has the name that it is given, which no other can have meanwhile|two listeners cannot have one address/,
    reason: 'Wine lets several programs have a named pipe of one name',
  },
  {
    test: /a listener of family pipe is not held up by a silent caller/,
    reason: 'its handshakes have 200 ms, in which one under Wine was not done',
  },
  {
    test: /throws if .its environment is larger than the/,
    reason: 'Wine has no limit of an environment that is as small as that of Windows',
  },
];

/** @type {readonly Excluded[]} */
const ofLinux = [
  {
    files: 'test/process/compile-cache.test.ts',
    reason: 'its caches are found by HOME and XDG_CACHE_HOME, and have modes',
  },
  {
    test: /pipes that were dropped without close\(\) leave no mapping, no file and no descriptor/,
    reason: 'it counts descriptors in /proc',
  },
  {
    files: 'test/process/prewarm.test.ts',
    reason: 'it finds children in /proc',
  },
  {
    files: 'test/process/{descriptors,leaks}.test.ts',
    reason: 'it counts zombies and descriptors in /proc',
  },
  {
    files: 'test/process/lying-children.test.ts',
    reason: 'its children write to /proc/self/mem',
  },
  {
    files: 'test/pool/{crash,descriptors,lifecycle,sizes,unreferenced}.test.ts',
    reason: 'it looks into /proc',
  },
  {
    files: 'test/{queue,pool,manager}/memory-full.test.ts',
    reason: 'it mounts a small file system',
  },
  {
    files: 'test/manager/{exists-first,lifetimes,pool,waiting,without-proc}.test.ts',
    reason: 'it looks into /proc, or takes it away',
  },
  {
    files: 'test/process/other-user.test.ts',
    reason: 'it becomes another user by number',
  },
  {
    test: /a program that is run by .(`--permission`|the same without)/,
    reason: 'it may write to /dev/shm only',
  },
];

/**
 * On every Windows.
 *
 * @type {readonly Excluded[]}
 */
export const onWindows = [...ofWindows, ...ofLinux];

/** @type {readonly Excluded[]} */
export const underWine = [...onWindows, ...ofWine];
