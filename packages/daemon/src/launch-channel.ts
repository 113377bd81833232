import { closeSync, readSync, writeSync } from 'node:fs';

/** An environment variable that tells a program that it was started as a daemon. */
export const MARK = 'MULTIPROCESS_DAEMON';

/** The descriptor of the daemon's end of the channel to its launcher. */
export const CHANNEL_FD = 3;

/** A report of a daemon to its launcher: one line of JSON. It sends two: its process id, then how the start ended. */
export type Report =
  | { readonly pid: number }
  | { readonly ready: true; readonly message?: string }
  | { readonly failed: string; readonly holder?: number };

/**
 * The daemon's end of the channel. Reports are written synchronously, so that they are sent before an exit. Errors do not matter
 * to the daemon: the launcher may have ended.
 */
export class LaunchChannel {
  #open = true;

  /** The channel of this process, if it was started as a daemon. Only the first caller gets it. */
  static take(): LaunchChannel | undefined {
    if (process.env[MARK] === undefined) return undefined;
    Reflect.deleteProperty(process.env, MARK); // programs that the daemon starts are not daemons
    return new LaunchChannel();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  /** Reads the line that the launcher has sent. */
  read(): string {
    const chunks: Buffer[] = [];
    for (;;) {
      const chunk = Buffer.alloc(65_536);
      const count = readSync(CHANNEL_FD, chunk);
      chunks.push(chunk.subarray(0, count));
      if (count === 0 || chunk[count - 1] === LINE_END) return Buffer.concat(chunks).toString();
    }
  }

  /** Sends a report. False if the launcher has ended. */
  say(report: Report): boolean {
    if (!this.#open) return false;
    let isSent = true;
    try {
      writeSync(CHANNEL_FD, `${JSON.stringify(report)}\n`);
    } catch {
      isSent = false; // the launcher has ended
    }
    if ('pid' in report) return isSent;
    this.#open = false;
    closeSync(CHANNEL_FD);
    return isSent;
  }
}

const LINE_END = 10;
