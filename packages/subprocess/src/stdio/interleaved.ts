const LINE_FEED = 10;

/**
 * Both outputs of a program as one, line by line in the order in which they arrive: a line of one output is not torn apart by the
 * other, nor is a character. As they come through two pipes, the order of lines that are written at the same time may differ.
 */
export class Interleaved {
  readonly #chunks: Buffer[] = [];
  /** The lines that have begun, of each output. */
  readonly #rests: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };

  /** Adds what one of the outputs gave. */
  add(from: 'stdout' | 'stderr', bytes: Buffer): void {
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    const rest = this.#rests[from];
    if (end > 0) this.#chunks.push(...rest.splice(0), bytes.subarray(0, end));
    if (end < bytes.length) rest.push(bytes.subarray(end));
  }

  /** All that has arrived; lines without an end last. */
  get bytes(): Buffer {
    return Buffer.concat([...this.#chunks, ...this.#rests.stdout, ...this.#rests.stderr]);
  }
}
