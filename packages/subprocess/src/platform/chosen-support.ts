import { hasNative, hostName } from '@multiprocess/shared-memory';
import { nodeSupport } from './node-support.js';
import { nativeSupport } from './platform.js';
import type { Support } from './support.js';

/** Streams of Node take a thread for each anonymous pipe of Windows, so pipes are Node's own there. */
const windowsSupport: Support = {
  ...nativeSupport,
  pipe: (side) => nodeSupport.pipe(side),
  // Node tells by what signal it has ended a program, Windows only a code.
  childStatus: (pid, timeout) => (timeout <= 0 ? nodeSupport : nativeSupport).childStatus(pid, timeout),
};

// Looking for a native part that is not there takes many file accesses, and it does not appear later.
let chosen: Support | undefined;

/** The native part where there is one, else what Node does alone. The streams of other runtimes cannot read the pipes of the native part. */
export function support(): Support {
  try {
    return (chosen ??= choose());
  } catch {
    return nodeSupport; // the system refuses to load it at the moment, and will tell why it refuses to start a program
  }
}

function choose(): Support {
  if (hostName !== 'Node' || !hasNative()) return nodeSupport;
  return process.platform === 'win32' ? windowsSupport : nativeSupport;
}
