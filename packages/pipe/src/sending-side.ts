import { MessageCodec } from '@multiprocess/serialization';
import {
  LoopYield,
  BrokenPipeError,
  WaitQueue,
  RingMessage,
  TimeoutError,
  takeTransfers,
  waitSync,
} from '@multiprocess/shared-memory';
import type { ByteRing, TransferList, Parker, RingWriter } from '@multiprocess/shared-memory';
import type { EndLease } from './end-lease.js';
import { RAW, messageWeight } from './message-bytes.js';
import type { Peer } from './peer.js';
import { PipeDelivery } from './pipe-delivery.js';

/** How a connection puts messages into the pipe. */
export class SendingSide {
  readonly line: WaitQueue;
  readonly #ring: ByteRing;
  readonly #writer: RingWriter;
  readonly #codec: MessageCodec;
  readonly #peer: Peer;
  readonly #parker: Parker;
  readonly #breather = new LoopYield();
  /** Pending calls refer to this, and so keep the end. */
  readonly #hold: EndLease;

  constructor(ring: ByteRing, peer: Peer, hold: EndLease) {
    const { parker } = hold.pipe.thread;
    this.#hold = hold;
    this.#ring = ring;
    this.#writer = ring.writer;
    this.#codec = new MessageCodec(ring.definitions);
    this.#peer = peer;
    this.#parker = parker;
    this.line = new WaitQueue(parker);
  }

  /** Sends a copy of the value, waiting for room. Undefined if it is done already, which saves a promise. */
  send(value: unknown, timeout: number, signal: AbortSignal | undefined): Promise<void> | undefined {
    const message = this.#codec.encode(value);
    return this.#send(message, takeTransfers(), timeout, signal);
  }

  /** Like {@link send}, but blocks the thread. */
  sendSync(value: unknown, timeout: number): void {
    const message = this.#codec.encode(value);
    this.#sendSync(message, takeTransfers(), timeout);
  }

  /** Sends bytes as they are. Undefined if it is done already. */
  sendBytes(bytes: Uint8Array, timeout: number, signal: AbortSignal | undefined): Promise<void> | undefined {
    return this.#send(RingMessage.of(bytes, RAW), undefined, timeout, signal);
  }

  /** Like {@link sendBytes}, but blocks the thread. */
  sendBytesSync(bytes: Uint8Array, timeout: number): void {
    this.#sendSync(RingMessage.of(bytes, RAW), undefined, timeout);
  }

  #send(
    message: RingMessage,
    parcels: TransferList | undefined,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<void> | undefined {
    if ((this.line.isEmpty || timeout === 0) && this.#tryPut(message, parcels)) {
      return this.#breather.breath(messageWeight(message.byteLength));
    }
    const own = message.copy(); // the encoder, or the caller, uses its memory again before this is written
    return this.#sendLater(own, parcels, timeout, signal);
  }

  async #sendLater(
    own: RingMessage,
    parcels: TransferList | undefined,
    timeout: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    try {
      check(await this.line.wait(() => this.#writer.putting(own), timeout, signal), timeout);
    } catch (error) {
      parcels?.cancel();
      throw error;
    }
    this.#sent(parcels);
  }

  #sendSync(message: RingMessage, parcels: TransferList | undefined, timeout: number): void {
    if (this.#tryPut(message, parcels)) return;
    try {
      check(waitSync(this.#parker, this.#writer.putting(message), timeout), timeout);
    } catch (error) {
      parcels?.cancel();
      throw error;
    }
    this.#sent(parcels);
  }

  /** What the message gives away is given away when it is put, and only then. */
  #tryPut(message: RingMessage, parcels: TransferList | undefined): boolean {
    let outcome;
    try {
      this.#peer.look(); // one that was killed has shut nothing
      outcome = this.#writer.tryPut(message);
      if (outcome === 'shut') check(outcome, 0);
    } catch (error) {
      parcels?.cancel();
      throw error;
    }
    if (outcome !== 'put') return false;
    if (parcels !== undefined) this.#sent(parcels);
    return true;
  }

  #sent(parcels: TransferList | undefined): void {
    parcels?.sent(new PipeDelivery(this.#hold.pipe, this.#peer, this.#ring));
  }
}

function check(outcome: 'put' | 'shut' | undefined, timeout: number): void {
  if (outcome === 'put') return;
  if (outcome === undefined) throw new TimeoutError(`The pipe had no room within ${timeout} ms: nothing was sent`);
  throw new BrokenPipeError('Nobody is left who could receive this: the other end was closed, or its processes ended');
}
