import { clock } from '@multiprocess/shared-memory';
import type { FramedSocket } from '../net/framed-socket.js';
import type { Codec } from '../wire/codec.js';
import { packFrame } from '../wire/frame.js';
import type { Frame } from '../wire/frame.js';
import type { Replies } from './session.js';

/** With this many bytes of unread answers, the server takes no more requests from the client until it has read them. */
const MAX_BACKLOG_BYTES = 2 ** 24;

/** Answers to a client through its socket; those of one run of JavaScript go together. */
export class SocketReplies implements Replies {
  readonly codec: Codec;
  readonly #socket: FramedSocket;
  #corked = false;

  constructor(socket: FramedSocket, codec: Codec) {
    this.#socket = socket;
    this.codec = codec;
    socket.socket.on('drain', () => {
      socket.resume();
    });
  }

  isAlive(): boolean {
    return !this.#socket.isEnded;
  }

  send(frame: Frame): void {
    const { socket } = this.#socket;
    if (!socket.writable) return;
    if (!this.#corked) {
      this.#corked = true;
      socket.cork();
      clock.nextTick(() => {
        this.#corked = false;
        socket.uncork();
      });
    }
    this.#socket.send(packFrame(frame));
    if (this.#socket.backlog > MAX_BACKLOG_BYTES) this.#socket.pause();
  }
}
