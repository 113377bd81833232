import { fstatSync } from 'node:fs';
import { hostName } from '@multiprocess/shared-memory';

/** A handle of the event loop in a report of Node (`process.report`). */
interface Handle {
  readonly type?: string;
  readonly is_active?: boolean;
  readonly is_referenced?: boolean;
  readonly fd?: number;
}

interface Reporter {
  excludeNetwork?: boolean;
  getReport(): object;
}

/** Handles from which an event may come. Others are always there: Node's own, and signals with a listener. */
const SOURCES: readonly unknown[] = ['tcp', 'udp', 'pipe', 'process', 'fs_event', 'fs_poll', 'poll', 'tty'];
/** Below are the standard streams, which exist without being waited for. */
const FIRST_FD = 3;

/**
 * Whether an event may still come that does not keep the event loop alive: of an unref'd timer, such as that of
 * `AbortSignal.timeout()`, a socket or a program. Takes some milliseconds: call it only when the loop is about to end.
 */
export function hasUnreferencedWork(): boolean {
  // Other runtimes do not tell: then rather wait for what does not come than not for what does.
  if (hostName !== 'Node') return true;
  const report = process.report as unknown as Reporter | undefined;
  if (report === undefined) return false;
  const before = report.excludeNetwork;
  if (before === false) report.excludeNetwork = true; // it would look up the host names of connected sockets
  try {
    const { libuv = [] } = report.getReport() as { readonly libuv?: readonly Handle[] };
    return libuv.some((handle, at) => mayHappen(handle) || isTimers(handle, libuv[at + 1]));
  } catch {
    return false;
  } finally {
    if (before === false) report.excludeNetwork = false;
  }
}

function mayHappen({ type, is_active, is_referenced, fd = FIRST_FD }: Handle): boolean {
  return (
    is_active === true && is_referenced === false && SOURCES.includes(type) && fd >= FIRST_FD && !isDoorbell(fd, type)
  );
}

/** The timer that all timers of JavaScript share. Node creates it just before the check handle of `setImmediate`. */
function isTimers({ type, is_active }: Handle, next: Handle | undefined): boolean {
  return type === 'timer' && is_active === true && next?.type === 'check';
}

/** A doorbell of this toolkit is a FIFO; Node's pipes to programs are not. */
function isDoorbell(fd: number, type: string | undefined): boolean {
  try {
    return type === 'pipe' && fstatSync(fd).isFIFO();
  } catch {
    return false;
  }
}
