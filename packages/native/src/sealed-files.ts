/** Files that only their user can write, with a checksum. On Windows there are none. */
export interface SealedFiles {
  /**
   * Reads a file that {@link SealedFiles.seal} has sealed. Its words of eight bytes: the checksum, the number of texts, how many bytes each text has.
   * Then come the texts, in Latin-1, and whatever else it has.
   *
   * @returns the whole file, which must not be written to, and its texts, as strings over the same memory where the runtime has such;
   * null if it is not there, was changed since, is no regular file, or is not the effective user's alone to write
   */
  readSealed(path: string): [ArrayBuffer, ...string[]] | null;

  /** Writes the checksum of what follows into the first eight bytes. False if these are not whole words, two or more. */
  seal(bytes: Uint8Array): boolean;
}
