// @ts-check
import { runSuites, SAME_EVERYWHERE } from './suites.mjs';

// What most depends on how threads sleep and are known to be dead.
const SUITES = ['test/conformance', 'test/crash', 'test/process'];

/**
 * On this machine, over the backend that needs no help of the kernel's.
 *
 * @param {readonly string[]} files
 */
export function testPosix(files) {
  return runSuites(
    {
      name: 'posix',
      node: ['env', 'MULTIPROCESS_NATIVE=posix', process.execPath],
      expected: { backend: 'posix' },
    },
    files.length > 0 ? { chosen: files, excluded: [] } : { chosen: SUITES, excluded: [SAME_EVERYWHERE] },
  );
}
