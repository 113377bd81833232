import { closeSync, readSync, writeSync } from 'node:fs';

/** Tells a program that it has been started as a daemon. */
export const MARK = 'MULTIPROCESS_DAEMON';

/** Where a daemon finds its end of the channel to its launcher. */
export const CHANNEL_FD = 3;

/** What a daemon tells its launcher, one JSON text a line. The first is its process id, the second is the last. */
export type Report =
  | { readonly pid: number }
  | { readonly ready: true; readonly message?: string }
  | { readonly failed: string; readonly holder?: number };

/**
 * The daemon's end. Reports are written synchronously, so that they get out before exit. Errors here do not matter to the daemon:
 * the launcher may have gone.
 */
export class LaunchChannel {
  #open = true;

  /** The channel of this process, if it was started as a daemon. Only the first caller gets it. */
  static take(): LaunchChannel | undefined {
    if (process.env[MARK] === undefined) return undefined;
    Reflect.deleteProperty(process.env, MARK); // programs that it starts are not daemons
    return new LaunchChannel();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** The line that the launcher has sent. */
  read(): string {
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.alloc(65_536);
      const count = readSync(CHANNEL_FD, chunk);
      chunks.push(chunk.subarray(0, count));
      if (count === 0 || chunk[count - 1] === LINE_END) return Buffer.concat(chunks).toString();
    }
  }

  /** Sends a report. False if the launcher has gone. */
  say(report: Report): boolean {
    if (!this.#open) return false;
    let isSent = true;
    try {
      writeSync(CHANNEL_FD, `${JSON.stringify(report)}\n`);
    } catch {
      isSent = false; // the launcher has gone
    }
    if ('pid' in report) return isSent;
    this.#open = false;
    closeSync(CHANNEL_FD);
    return isSent;
  }
}

const LINE_END = 10;
