import { childStatus, native, posixNative, systemErrorOf, withSystemReason } from '@multiprocess/shared-memory';
import { DescriptorPipe } from './descriptor-pipe.js';
import type { Support } from './support.js';

/** What the native part does. */
export const nativeSupport: Support = {
  pipe(side) {
    const [readEnd = -1, writeEnd = -1] = native().makePipe();
    if (writeEnd >= 0) return new DescriptorPipe(readEnd, writeEnd, side);
    throw withSystemReason('make a pipe for a program', systemErrorOf(readEnd, 'pipe'));
  },

  closeDescriptorsOnExec() {
    native().closeOnExec(); // not on old kernels: there, programs inherit them
  },

  childStatus,

  exitNow(status) {
    native().exitNow(status);
  },

  abortNow() {
    native().abort();
  },

  replaceProcess(path, args, environment) {
    const instead = 'start it by run(), and end with its returncode';
    return systemErrorOf(
      posixNative('way to become another program', instead).exec(path, args, environment),
      'execve',
      path,
    );
  },
};
