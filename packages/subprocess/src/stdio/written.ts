import { constants } from 'node:buffer';
import { OutputLimitError } from '@multiprocess/shared-memory';
import { shownCommand } from '../options/shown-command.js';
import type { Command, Output, PopenOptions } from '../options/popen-options.js';
import { decodeOutput } from './text.js';

/** The bytes of both outputs of a program; null for an output that is not collected. */
export interface Bytes {
  readonly stdout: Buffer | null;
  readonly stderr: Buffer | null;
  /** Both, line by line, if that is asked for. */
  readonly all?: Buffer;
}

/** The output that {@link Popen.communicate} has collected; null for a stream that is not `PIPE`. */
export interface Communicated<E extends string | undefined> {
  readonly stdout: Output<E> | null;
  readonly stderr: Output<E> | null;
  /** Both, line by line as they arrived, with the option `all`. */
  readonly all?: Output<E>;
}

type TextOptions<E extends string | undefined> = Pick<PopenOptions<E>, 'encoding' | 'errors'>;

/**
 * The complete output of a program. No byte is lost: if it cannot be decoded, the error has the bytes.
 *
 * @throws {@link OutputLimitError} if a text is longer than a string can be. The error has both outputs; the long one as bytes.
 * @throws {@link TypeError} if it is not text of the encoding, and `errors` is `'strict'`. The error has the bytes as `stdout` and `stderr`.
 */
export function textsOf<E extends string | undefined>(
  cmd: Command,
  bytes: Bytes,
  { encoding, errors }: TextOptions<E>,
  returncode: number | null,
): Communicated<E> {
  const text = (name: keyof Bytes): Output<E> | null => {
    const one = bytes[name];
    if (one === null || one === undefined) return null;
    const decoded = decode(name, one);
    if (decoded !== undefined) return decoded as Output<E>;
    const message =
      `${shownCommand(cmd)} wrote ${one.length} bytes to ${name}, more than a string can hold (${constants.MAX_STRING_LENGTH} ` +
      'characters): they are here as bytes. Leave encoding out, read lines(), or write to a file';
    throw new OutputLimitError(message, { cmd, returncode, ...reportOf(bytes, { encoding, errors }) });
  };
  const [stdout, stderr, all] = [text('stdout'), text('stderr'), text('all')];
  return { stdout, stderr, ...(all === null ? {} : { all }) };

  function decode(name: keyof Bytes, one: Buffer): Buffer | string | undefined {
    try {
      return decodeOutput(one, encoding, errors);
    } catch (cause) {
      const message = `${shownCommand(cmd)} wrote bytes to ${name} that are not ${encoding}: leave encoding out, or give errors: 'replace'`;
      const code = (cause as NodeJS.ErrnoException).code;
      throw Object.assign(new TypeError(message, { cause }), { code, returncode, ...bytes });
    }
  }
}

/** The output so far, for an error with another cause: text if it can be decoded, even if incomplete; otherwise bytes. */
export function reportOf<E extends string | undefined>(
  { stdout, stderr }: Bytes,
  { encoding }: TextOptions<E>,
): { readonly stdout: Buffer | string | null; readonly stderr: Buffer | string | null } {
  const text = (one: Buffer | null): Buffer | string | null => one && (decodeOutput(one, encoding) ?? one);
  return { stdout: text(stdout), stderr: text(stderr) };
}
