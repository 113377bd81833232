/** What is sent to the server. */
export type Argument = string | Buffer;

const FIRST_BYTES = 1024;
const [CR, LF, LIST, BYTES] = ['\r', '\n', '*', '$'].map((character) => character.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
];
/** More than any length with its type and line end. */
const HEAD_BYTES = 20;

/** Makes bytes of commands, to be sent together: a write costs more than a command. */
export class RespWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(words: readonly Argument[]): void {
    this.#reserve(HEAD_BYTES);
    this.#head(LIST, words.length);
    for (const word of words) {
      const length = typeof word === 'string' ? Buffer.byteLength(word) : word.length;
      this.#reserve(HEAD_BYTES + length + 2);
      this.#head(BYTES, length);
      if (typeof word === 'string') this.#bytes.write(word, this.#length);
      else this.#bytes.set(word, this.#length);
      this.#length += length;
      this.#endLine();
    }
  }

  /** All that was added since the last time. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.allocUnsafe(FIRST_BYTES); // the socket may still have the others
    this.#length = 0;
    return taken;
  }

  #head(type: number, length: number): void {
    this.#bytes[this.#length++] = type;
    if (length < 10) this.#bytes[this.#length++] = 48 + length;
    else this.#length += this.#bytes.write(String(length), this.#length, 'latin1');
    this.#endLine();
  }

  #endLine(): void {
    this.#bytes[this.#length++] = CR;
    this.#bytes[this.#length++] = LF;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}
