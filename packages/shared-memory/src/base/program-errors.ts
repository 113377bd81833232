import { MultiprocessError, TimeoutError } from './errors.js';

/** The output of a program that was run; part of the errors about it. */
export interface ProgramReport {
  /** The command as it was given. */
  readonly cmd: string | readonly string[];
  /** What it has written so far: text with an `encoding`, else bytes. null where that was not collected. */
  readonly stdout: Uint8Array | string | null;
  readonly stderr: Uint8Array | string | null;
}

/** A program ended with a status other than 0, and the caller asked for a check. */
export class CalledProcessError extends MultiprocessError implements ProgramReport {
  static {
    this.prototype.name = 'CalledProcessError';
  }
  readonly code = 'ERR_MULTIPROCESS_CALLED_PROCESS';
  readonly cmd: string | readonly string[];
  /** Its exit status, or −N when signal N killed it. */
  readonly returncode: number;
  readonly stdout: Uint8Array | string | null;
  readonly stderr: Uint8Array | string | null;

  constructor(message: string, report: ProgramReport & { readonly returncode: number }, options?: ErrorOptions) {
    super(message, options);
    this.cmd = report.cmd;
    this.returncode = report.returncode;
    this.stdout = report.stdout;
    this.stderr = report.stderr;
  }
}

/** A program did not end within `timeout`. `run` and similar calls have killed it; `Popen` leaves it running. */
export class TimeoutExpired extends TimeoutError implements ProgramReport {
  static {
    this.prototype.name = 'TimeoutExpired';
  }
  readonly cmd: string | readonly string[];
  /** Milliseconds, as the caller gave them. */
  readonly timeout: number;
  readonly stdout: Uint8Array | string | null;
  readonly stderr: Uint8Array | string | null;

  constructor(message: string, report: ProgramReport & { readonly timeout: number }, options?: ErrorOptions) {
    super(message, options);
    this.cmd = report.cmd;
    this.timeout = report.timeout;
    this.stdout = report.stdout;
    this.stderr = report.stderr;
  }
}

/**
 * A program wrote more to a collected stream than can be kept: more than `maxBuffer`, and the error has what came before that;
 * or more text than a string can hold, and the error has all of it, as bytes.
 */
export class OutputLimitError extends MultiprocessError implements ProgramReport {
  static {
    this.prototype.name = 'OutputLimitError';
  }
  readonly code = 'ERR_MULTIPROCESS_OUTPUT_LIMIT';
  readonly cmd: string | readonly string[];
  /** How it ended by itself: its exit status, or −N when signal N killed it; null if it had not. */
  readonly returncode: number | null;
  readonly stdout: Uint8Array | string | null;
  readonly stderr: Uint8Array | string | null;

  constructor(
    message: string,
    report: ProgramReport & { readonly returncode?: number | null },
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.cmd = report.cmd;
    this.returncode = report.returncode ?? null;
    this.stdout = report.stdout;
    this.stderr = report.stderr;
  }
}

/** A daemon could not be started or stopped. The message is the daemon's own if it sent one. */
export class DaemonError extends MultiprocessError {
  static {
    this.prototype.name = 'DaemonError';
  }
  readonly code = 'ERR_MULTIPROCESS_DAEMON';
  /** The process that is running under the pid file, if that is why. */
  readonly pid: number | undefined;

  constructor(message: string, pid?: number, options?: ErrorOptions) {
    super(message, options);
    this.pid = pid;
  }
}
