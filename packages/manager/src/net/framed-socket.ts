import type { Socket } from 'node:net';
import { BrokenPipeError } from '@multiprocess/shared-memory';
import { readWord, writeWord } from '../wire/frame.js';

const LENGTH_BYTES = 4;
/** Longer messages are written apart from their length: copying would cost more than a second write. */
const SMALL_BYTES = 65_536;

/** What should be the length of a message is too large: the other side speaks another protocol, or is malicious. */
export class UnframedError extends RangeError {
  /** The first bytes of what came instead. */
  readonly front: Uint8Array;

  constructor(length: number, max: number, front: Uint8Array) {
    super(`A message of ${length} bytes was announced, which has more than ${max}`);
    this.front = front;
  }
}

/**
 * Messages over a stream: each after its length in 4 bytes, little-endian. Memory grows with what has arrived, not with the
 * length that a stranger claims, and a length beyond the limit ends the connection.
 */
export class FramedSocket {
  readonly socket: Socket;
  /** The longest message that is accepted now. */
  maxBytes: number;
  #onFrame: ((frame: Uint8Array) => void) | undefined;
  #onEnd: ((cause: Error | undefined) => void) | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #ended = false;
  #cause: Error | undefined;
  #isPaused = false;
  /** One listener at the socket for all of them: more than ten would be taken for a leak. */
  readonly #drains = new Set<() => void>();

  constructor(socket: Socket, maxBytes: number) {
    this.socket = socket;
    this.maxBytes = maxBytes;
    socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#bytes += chunk.length;
      this.#deliver();
    });
    socket.on('error', (error) => {
      this.#cause ??= error;
    });
    socket.on('end', () => {
      this.#end();
    });
    socket.on('close', () => {
      this.#end();
      this.#tellDrained();
    });
    socket.on('drain', this.#tellDrained);
  }

  /** Whether nothing more will arrive. */
  get isEnded(): boolean {
    return this.#ended;
  }

  /** Why it ended, unless the end was orderly. */
  get cause(): Error | undefined {
    return this.#cause;
  }

  /** Bytes that were sent and that the system has not taken yet. */
  get backlog(): number {
    return this.socket.writableLength;
  }

  /** Calls `onFrame` for each message from now on, those that have arrived first; and `onEnd` once at the end. */
  receive(
    onFrame: ((frame: Uint8Array) => void) | undefined,
    onEnd: ((cause: Error | undefined) => void) | undefined,
  ): void {
    this.#onFrame = onFrame;
    this.#onEnd = onEnd;
    this.#deliver();
  }

  /** Stops taking messages in, so that the other side has to wait. */
  pause(): void {
    this.#isPaused = true;
    this.socket.pause();
  }

  /** Goes on. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.socket.resume();
    this.#deliver();
  }

  /** Calls back when the system has taken what was sent, or the socket is closed. Returns a function that ends that. */
  onDrained(onDrained: () => void): () => void {
    const own = (): void => {
      onDrained();
    };
    this.#drains.add(own);
    return () => {
      this.#drains.delete(own);
    };
  }

  /** @throws {@link BrokenPipeError} if the other side is gone. */
  send(frame: Uint8Array): void {
    if (!this.socket.writable)
      throw new BrokenPipeError('The other side of the connection is gone', { cause: this.#cause });
    const head = new Uint8Array(LENGTH_BYTES + (frame.length <= SMALL_BYTES ? frame.length : 0));
    writeWord(head, 0, frame.length);
    if (frame.length <= SMALL_BYTES) head.set(frame, LENGTH_BYTES);
    this.socket.write(head);
    if (frame.length > SMALL_BYTES) this.socket.write(frame);
  }

  /** Ends sending; what was sent still arrives. */
  end(): void {
    this.socket.end();
  }

  /** Closes it at once. */
  destroy(cause?: Error): void {
    this.#cause ??= cause;
    this.#chunks = [];
    this.#bytes = 0;
    this.socket.destroy();
    this.#end();
  }

  readonly #tellDrained = (): void => {
    for (const tell of [...this.#drains]) tell();
  };

  #deliver(): void {
    while (this.#onFrame !== undefined && !this.#isPaused && this.#bytes >= LENGTH_BYTES) {
      const length = readWord(this.#front(LENGTH_BYTES), 0);
      if (length > this.maxBytes) {
        this.destroy(
          new UnframedError(
            length,
            this.maxBytes,
            Uint8Array.from(this.#front(LENGTH_BYTES).subarray(0, LENGTH_BYTES)),
          ),
        );
        return;
      }
      if (this.#bytes < LENGTH_BYTES + length) break;
      const whole = this.#front(LENGTH_BYTES + length);
      this.#chunks[0] = whole.subarray(LENGTH_BYTES + length);
      this.#bytes -= LENGTH_BYTES + length;
      this.#onFrame(whole.subarray(LENGTH_BYTES, LENGTH_BYTES + length));
    }
    if (this.#ended && !this.#isPaused) this.#tellEnd();
  }

  /** The first chunk, with at least that many bytes: chunks are joined once all of them are there. */
  #front(bytes: number): Buffer {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= bytes) return first;
    const joined = Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#deliver();
  }

  #tellEnd(): void {
    const onEnd = this.#onEnd;
    this.#onEnd = undefined;
    onEnd?.(this.#cause);
  }
}
