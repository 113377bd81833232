import { BrokenPipeError, Line, TimeoutError, waitSync } from '@multiprocess/shared-memory';
import type { ByteRing, Parcels, Parker } from '@multiprocess/shared-memory';
import type { Hold } from './hold.js';
import type { Peer } from './peer.js';
import { PipeCarrier } from './pipe-carrier.js';

/** How a connection puts messages into the pipe. */
export class SendingSide {
  readonly line: Line;
  readonly #ring: ByteRing;
  readonly #peer: Peer;
  readonly #parker: Parker;
  /** Pending calls refer to this, and so keep the end. */
  readonly #hold: Hold;

  constructor(ring: ByteRing, peer: Peer, hold: Hold) {
    const { parker } = hold.pipe.thread;
    this.#hold = hold;
    this.#ring = ring;
    this.#peer = peer;
    this.#parker = parker;
    this.line = new Line(parker);
  }

  /**
   * Sends a copy of the message, waiting for room.
   *
   * @returns whether it had to wait
   */
  async send(
    message: Uint8Array,
    parcels: Parcels | undefined,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<'at once' | 'waited'> {
    try {
      if ((this.line.isEmpty || timeout === 0) && this.#tryPut(message)) {
        this.#sent(parcels);
        return 'at once';
      }
      const own = message.slice(); // the encoder, or the caller, uses its memory again before this is written
      check(await this.line.wait(() => this.#ring.writer.putting(own), timeout, signal), timeout);
      this.#sent(parcels);
      return 'waited';
    } catch (error) {
      parcels?.cancel();
      throw error;
    }
  }

  /** Like {@link send}, but blocks the thread. */
  sendSync(message: Uint8Array, parcels: Parcels | undefined, timeout: number): void {
    try {
      if (!this.#tryPut(message)) {
        check(waitSync(this.#parker, this.#ring.writer.putting(message), timeout), timeout);
      }
      this.#sent(parcels);
    } catch (error) {
      parcels?.cancel();
      throw error;
    }
  }

  #tryPut(message: Uint8Array): boolean {
    this.#peer.look(); // one that was killed has shut nothing
    const { writer } = this.#ring;
    const outcome = writer.tryPut(message);
    if (outcome === 'shut') check(outcome, 0);
    return outcome === 'put';
  }

  #sent(parcels: Parcels | undefined): void {
    parcels?.sent(new PipeCarrier(this.#hold.pipe, this.#peer, this.#ring));
  }
}

function check(outcome: 'put' | 'shut' | undefined, timeout: number): void {
  if (outcome === 'put') return;
  if (outcome === undefined) throw new TimeoutError(`The pipe had no room within ${timeout} ms: nothing was sent`);
  throw new BrokenPipeError('Nobody is left who could receive this: the other end was closed, or its processes ended');
}
