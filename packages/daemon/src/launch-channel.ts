import { closeSync, readSync, writeSync } from 'node:fs';

/** Tells a program that it has been started as a daemon. */
export const MARK = 'MULTIPROCESS_DAEMON';

/** Where a daemon finds its end of the channel to whoever started it. */
export const CHANNEL_FD = 3;

/** What a daemon tells its launcher, one JSON text a line. The first is its process id, the second is the last. */
export type Report =
  | { readonly pid: number }
  | { readonly ready: true; readonly message?: string }
  | { readonly failed: string; readonly holder?: number };

/**
 * The daemon's end. Everything is written at once and blocking, so that it is said also by who is about to die. Nothing that goes
 * wrong here matters to the daemon: a launcher may have gone.
 */
export class LaunchChannel {
  #open = true;

  /** The channel of this process, if it was started as a daemon. Only the first caller gets it. */
  static take(): LaunchChannel | undefined {
    if (process.env[MARK] === undefined) return undefined;
    Reflect.deleteProperty(process.env, MARK); // what this daemon starts is none
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

  /** Tells whether it could be said. */
  say(report: Report): boolean {
    if (!this.#open) return false;
    let heard = true;
    try {
      writeSync(CHANNEL_FD, `${JSON.stringify(report)}\n`);
    } catch {
      heard = false; // the launcher has gone
    }
    if ('pid' in report) return heard;
    this.#open = false;
    closeSync(CHANNEL_FD);
    return heard;
  }
}

const LINE_END = 10;
