import { describePlatform, isError, UnsupportedPlatformError } from '@multiprocess/shared-memory';
import { failure, ok, warning } from './finding.js';
import type { Result } from './finding.js';

const WITHOUT_IT =
  'Locks, queues, pipes and values work between the threads of one process, and subprocess runs programs; all that needs other processes throws UnsupportedPlatformError';

/** The systems that there is a native part for, as `process.platform` names them. */
const SYSTEMS = ['linux', 'darwin', 'win32'];

/** What has not run on the system that it was built for. */
const NOT_RUN: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'Built for macOS, not yet run on one',
  win32: 'Built for Windows, and run under Wine only',
};

/** Whether processes can share anything at all. */
export function nativePart(): Result {
  try {
    describePlatform();
    const notRun = NOT_RUN[process.platform];
    if (notRun === undefined) return ok('loaded');
    return warning(`loaded. ${notRun}`, 'Please report what works and what does not');
  } catch (error) {
    if (!(error instanceof UnsupportedPlatformError)) throw error;
    const { message, cause } = error;
    return failure(`none, and so no backend: ${message}`, `${WITHOUT_IT}. ${howToGetIt(cause)}`);
  }
}

function howToGetIt(cause: unknown): string {
  if (process.env['MULTIPROCESS_NATIVE'] === 'off') return 'MULTIPROCESS_NATIVE=off hides it: unset that';
  if (!SYSTEMS.includes(process.platform)) return `There is none for ${process.platform} yet`;
  if (isError(cause) && 'code' in cause) return 'It is installed: what it says above keeps Node from loading it';
  return 'Install again with npm install --include=optional';
}

/** How threads sleep and are known to have ended, and why in that way. */
export function backend(): Result {
  const { backend: name } = describePlatform();
  if (name === 'futex')
    return ok('futex: the kernel wakes sleepers by the word, and marks what a thread leaves when it ends');
  if (name === 'windows')
    return ok('windows: sleepers are woken by events, and file locks and handles of processes tell who lives');
  return ok(
    `${name}, since ${whyPosix()}: sleepers are woken through FIFOs, and file locks tell who lives. All works, but a wake takes longer, and the death of a lock’s owner is noticed after some 20 ms`,
  );
}

function whyPosix(): string {
  if (process.env['MULTIPROCESS_NATIVE'] === 'posix') return 'MULTIPROCESS_NATIVE=posix asks for it';
  if (process.platform === 'linux') return 'this kernel has no robust lists, as under qemu-user';
  return `${process.platform} has no futexes that mark the words of the dead`;
}
