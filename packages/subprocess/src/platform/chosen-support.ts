import { hasNative, hostName } from '@multiprocess/shared-memory';
import { nodeSupport } from './node-support.js';
import { nativeSupport } from './platform.js';
import type { Support } from './support.js';

// Looking for a native part that is not there takes many file accesses, and it does not appear later.
let chosen: Support | undefined;

/** The native part where there is one, else what Node does alone. The streams of other runtimes cannot read the pipes of the native part. */
export function support(): Support {
  try {
    return (chosen ??= hostName === 'Node' && hasNative() ? nativeSupport : nodeSupport);
  } catch {
    return nodeSupport; // the system refuses to load it at the moment, and will tell why it refuses to start a program
  }
}
