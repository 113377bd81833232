import { isMainThread } from 'node:worker_threads';
import { NodePipe } from './node-pipe.js';
import type { Support } from './support.js';
import { needsNativePart } from './unsupported.js';

const IN_A_THREAD = 'call it in the main thread';

/** What Node does alone, everywhere. */
export const nodeSupport: Support = {
  pipe: (side) => new NodePipe(side),

  closeDescriptorsOnExec: () => undefined, // those that Node opens are

  childStatus(pid, timeout) {
    if (timeout <= 0) return 'running'; // the event loop has not said otherwise
    throw needsNativePart(`Blocking until process ${pid} ends`, 'await wait(), or use runSync()');
  },

  exitNow(status) {
    if (!isMainThread) throw needsNativePart('Ending the process from one of its threads', IN_A_THREAD);
    process.removeAllListeners('exit');
    process.exit(status);
  },

  abortNow() {
    if (!isMainThread) throw needsNativePart('Aborting the process from one of its threads', IN_A_THREAD);
    process.abort();
  },

  replaceProcess(path) {
    throw needsNativePart(`Becoming ${path}`, 'start it by run(), and end with its returncode');
  },
};
