import type { Writable } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { InputChunk } from '../launch/thread-message.js';

/** In the parent, where the runtime's own would not do: what the thread reads from its standard input. */
export class ThreadInput {
  /** The thread's end: transfer it to the thread. */
  readonly theirs: MessagePort;
  readonly writable: Writable;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.theirs = port2;
    const send = (chunk: InputChunk): void => {
      port1.postMessage(chunk);
    };
    const { Writable } = process.getBuiltinModule('node:stream'); // as in ThreadPipes
    this.writable = new Writable({
      write(chunk: Buffer, _encoding, done) {
        send(new Uint8Array(chunk));
        done();
      },
      final(done) {
        send(null);
        done();
      },
    });
    port1.unref();
  }
}
