import { fstatSync } from 'node:fs';

/** What a report of Node says of a handle of the event loop, as far as it is asked here. */
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

/** What something may come from. Others are always there: Node's own, and signals with a listener. */
const SOURCES: readonly unknown[] = ['tcp', 'udp', 'pipe', 'process', 'fs_event', 'fs_poll', 'poll', 'tty'];
/** Below are the standard streams, which are there without being waited for. */
const FIRST_FD = 3;

/**
 * Whether the event loop has something that may still happen but does not keep it alive: a timer that was unref'd, as that of
 * `AbortSignal.timeout()` is, a socket, a program. Takes some milliseconds: for a loop that is about to end.
 */
export function hasUnreferencedWork(): boolean {
  const report = process.report as unknown as Reporter | undefined;
  if (report === undefined) return false;
  const before = report.excludeNetwork;
  if (before === false) report.excludeNetwork = true; // it would look up the names of those that sockets are connected to
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

/** The one that all timers of JavaScript share: Node makes it together with what runs `setImmediate`. Others are V8's own. */
function isTimers({ type, is_active }: Handle, next: Handle | undefined): boolean {
  return type === 'timer' && is_active === true && next?.type === 'check';
}

/** What this toolkit sleeps by: a FIFO, which Node's own pipes to programs are not. */
function isDoorbell(fd: number, type: string | undefined): boolean {
  try {
    return type === 'pipe' && fstatSync(fd).isFIFO();
  } catch {
    return false;
  }
}
