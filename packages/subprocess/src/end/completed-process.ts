import { constants } from 'node:os';
import { CalledProcessError } from '@multiprocess/shared-memory';
import { shownCommand } from '../options/shown-command.js';
import type { Command, Output } from '../options/popen-options.js';

/** The result of {@link run}: the status of a program, and its output. */
export class CompletedProcess<E extends string | undefined = undefined> {
  /** The command as it was given. */
  readonly args: Command;
  /**
   * The exit status, or −N if signal N killed it. For real-time signals, which Node does not report: −64 in `runSync`, 0 in the
   * awaiting forms.
   */
  readonly returncode: number;
  /** null if it was not collected. */
  readonly stdout: Output<E> | null;
  readonly stderr: Output<E> | null;
  /** Both outputs, line by line as they arrived, with the option `all`; otherwise undefined. */
  readonly all: Output<E> | undefined;

  /** @internal */
  constructor(
    args: Command,
    returncode: number,
    stdout: Output<E> | null = null,
    stderr: Output<E> | null = null,
    all?: Output<E>,
  ) {
    this.args = args;
    this.returncode = returncode;
    this.stdout = stdout;
    this.stderr = stderr;
    this.all = all;
  }

  /** @throws {@link CalledProcessError} if the status is not 0. */
  checkReturncode(): void {
    const { args: cmd, returncode, stdout, stderr } = this;
    if (returncode === 0) return;
    const how = returncode > 0 ? `returned ${returncode}` : `was killed by ${signalName(-returncode)}`;
    throw new CalledProcessError(`${shownCommand(cmd)} ${how}${lastLine(stderr)}`, { cmd, returncode, stdout, stderr });
  }
}

/** The result of {@link run} with `captureOutput`: both outputs were collected. */
export type CapturedProcess<E extends string | undefined = undefined> = CompletedProcess<E> & {
  readonly stdout: Output<E>;
  readonly stderr: Output<E>;
};

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, one]) => one === number);
  return found?.[0] ?? `signal ${number}`;
}

/** The last line of its standard error, which often tells the reason. */
function lastLine(stderr: Buffer | string | null): string {
  const line = stderr?.toString().trimEnd().split('\n').at(-1) ?? '';
  return line === '' ? '' : `: ${line}`;
}
