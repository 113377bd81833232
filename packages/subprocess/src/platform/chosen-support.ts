import { hasNative, hostName } from '@multiprocess/shared-memory';
import { nodeSupport } from './node-support.js';
import { nativeSupport } from './platform.js';
import type { Support } from './support.js';

/** Streams of Node read no anonymous pipes of Windows without a thread for each, so pipes are Node's own there. */
const windowsSupport: Support = {
  ...nodeSupport,
  childStatus: nativeSupport.childStatus,
  exitNow: nativeSupport.exitNow,
  abortNow: nativeSupport.abortNow,
};

// Looking for a native part that is not there takes many file accesses, and it does not appear later.
let chosen: Support | undefined;

/** The native part where there is one, else what Node does alone. The streams of other runtimes cannot read the pipes of the native part. */
export function support(): Support {
  return (chosen ??= choose());
}

function choose(): Support {
  if (hostName !== 'Node' || !hasNative()) return nodeSupport;
  return process.platform === 'win32' ? windowsSupport : nativeSupport;
}
