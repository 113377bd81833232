// @ts-check
// What cannot pass under Wine, with the reason: what Windows does otherwise, what Wine does not, and what tests ask of Linux.

/** @typedef {import('../suites.mjs').Excluded} Excluded */

/** @type {readonly Excluded[]} */
const ofWindows = [
  {
    test: /of a .process., when .it (is killed|is terminated|is interrupted|aborts)/,
    reason:
      'a program of Windows that is ended leaves an exit code and no signal; only who ends it knows which was meant',
  },
  {
    test: /of a .process., when .it calls process\.exit\((256|-1)/,
    reason: 'exit codes of Windows have 32 bits',
  },
  {
    test: /a parent ends its child (with SIGTERM, and gives it time|but waits no more than a second)/,
    reason: 'there is no SIGTERM that a program could answer',
  },
  {
    test: /env is all of its environment, but for where shared objects are/,
    reason: 'Windows adds variables without which no program starts',
  },
  {
    files: 'test/manager/unix-sockets.test.ts',
    reason: 'Node has no Unix sockets on Windows; named-pipes.test.ts is about what it has',
  },
];

/** @type {readonly Excluded[]} */
const ofWine = [
  {
    test: /the memory is given back when it is gone|a backlog that grows and shrinks many times/,
    reason: 'Wine makes no holes in files',
  },
  {
    test: /has the name that it is given, which no other can have meanwhile/,
    reason: 'Wine lets several programs have a named pipe of one name',
  },
  {
    test: /throws if .its environment is larger than the system takes/,
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
    files: 'test/process/other-user.test.ts',
    reason: 'it becomes another user by number',
  },
  {
    test: /a program that is run by .(`--permission`|the same without)/,
    reason: 'it may write to /dev/shm only',
  },
];

/** @type {readonly Excluded[]} */
export const differences = [...ofWindows, ...ofWine, ...ofLinux];
