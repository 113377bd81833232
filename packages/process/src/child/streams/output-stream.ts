import type { Writable } from 'node:stream';

/** Output of a thread: bytes go to `write`, in turn. Like the streams of a process, it stays usable after `end()` and `destroy()`. */
export function outputStream(write: (chunk: Buffer, done: (error?: Error) => void) => void): Writable {
  const { Writable } = process.getBuiltinModule('node:stream'); // loaded here, since a child process needs none
  return new Writable({
    decodeStrings: true,
    autoDestroy: false,
    emitClose: false,
    write(chunk: Buffer, _encoding, done) {
      write(chunk, done);
    },
    destroy(error, done) {
      done(error);
    },
  });
}
