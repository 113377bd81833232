import { shownCommand } from '../options/shown-command.js';
import { BrokenPipeError, checkOneOf, checkString, notByNew } from '@multiprocess/shared-memory';
import { Popen } from './popen.js';
import { checkInput } from '../options/run-options.js';
import { PIPE } from '../options/stdio-constants.js';
import { textsOf } from '../stdio/written.js';

/** A shell command with a pipe to its input or from its output, as {@link popen} starts it. */
export class PipedCommand {
  /** The running command. */
  readonly popen: Popen<'utf8'>;

  /** @internal */
  constructor(popen: Popen<'utf8'>) {
    if (!(popen instanceof Popen)) throw notByNew('A PipedCommand', "use popen('command')");
    this.popen = popen;
  }

  /**
   * Reads its output to the end, as text.
   *
   * @throws {@link OutputLimitError} if that is more than a string can hold. The error has all of it, as bytes.
   */
  async read(): Promise<string> {
    const { stdout } = this.popen;
    if (stdout === null) throw new TypeError("There is nothing to read: the command was opened with mode 'w'");
    const chunks: Buffer[] = [];
    for await (const chunk of stdout) chunks.push(chunk as Buffer);
    const { args, returncode } = this.popen;
    const written = { stdout: Buffer.concat(chunks), stderr: null };
    return textsOf(args, written, { encoding: 'utf8' }, returncode).stdout ?? '';
  }

  /**
   * Writes text or bytes to its input. Waits while the pipe is full.
   *
   * @throws {@link BrokenPipeError} if the command has ended, or reads no more.
   */
  async write(data: string | Uint8Array): Promise<void> {
    const { stdin } = this.popen;
    checkInput('data', data);
    if (stdin === null) throw new TypeError("There is nothing to write to: the command was opened with mode 'r'");
    await new Promise<void>((resolve, reject) => {
      stdin.write(data, (cause) => {
        if (cause === null || cause === undefined) resolve();
        else reject(new BrokenPipeError(`${shownCommand(this.popen.args)} no longer reads its input`, { cause }));
      });
    });
  }

  /** Closes the pipe and awaits the end of the command. Returns null if its status is 0, otherwise the status, −N after signal N. */
  async close(): Promise<number | null> {
    if (this.popen.stdin === null) this.popen.close();
    else this.popen.stdin.end();
    const status = await this.popen.wait();
    return status === 0 ? null : status;
  }

  /** The lines of its output, in mode 'r'. */
  [Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    return this.popen.lines();
  }

  /** The same as {@link close}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/**
 * Starts a shell command with a pipe from its output (`'r'`) or to its input (`'w'`).
 *
 * @example
 * ```ts source="../run.examples.ts#popen"
 * const listing = popen('ls -l');
 * for await (const line of listing) console.log(line);
 * console.log(await listing.close()); // null, or the status if it is not 0
 * ```
 * @throws {@link TypeError} if the mode is another one.
 */
export function popen(cmd: string, mode: 'r' | 'w' = 'r'): PipedCommand {
  checkString('cmd', cmd);
  const streams = checkOneOf('mode', mode, ['r', 'w']) === 'r' ? { stdout: PIPE } : { stdin: PIPE };
  return new PipedCommand(new Popen(cmd, { shell: true, encoding: 'utf8', ...streams }));
}
