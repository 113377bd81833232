import { clock } from '../base/clock.js';
import { threadTable } from '../runtime/thread-table.js';

// Objects that are given away in a message: the end of a pipe, for example, counts as held until the receiver of the
// message holds it. Only the sender knows which messages those are, and what became of them, so its thread tracks them.

/**
 * The method that returns the handle of an object for a message; without it, {@link SharedObject.handle} is used. An object
 * that tracks which threads have it notes a {@link Transfer} in it. The same symbol in every copy of this package.
 */
export const HAND_OVER: unique symbol = Symbol.for('@multiprocess/hand-over') as never;

/** An object that takes part in its transfer. */
export interface HandsOver {
  /** Its handle for one receiver of one message. */
  [HAND_OVER](): string;
}

/** The ring that carries messages: how another thread finds it, even if their sender has ended. */
export interface Carrier {
  /** Kind and reference of its segment. */
  readonly kind: string;
  readonly reference: string;
  /** Where in the segment it starts. */
  readonly byteOffset: number;
}

/** An object that was given away in one message. */
export interface Transfer {
  /** Whether its receiver has it. */
  readonly hasArrived: boolean;
  /** The message is about to be put into a ring. Not called for messages that go another way. */
  board?(carrier: Carrier): void;
  /** The message was sent. A transfer that needs its sender no longer, since others can tell what becomes of it, has arrived. */
  sent?(): void;
  /** The message was not sent: nothing was given away. */
  cancel(): void;
  /** The message was sent, but will never be received. Does nothing if the object has arrived. */
  lose(): void;
  /** It has arrived or is lost: drops what was kept for it. */
  settle(): void;
}

/** A message on its way, as its sender sees it. */
export interface Delivery {
  /** Whether the message will never be received, or its receiver failed. Asked now and then. */
  readonly isLost: boolean;
  /** `isLost` will not be asked again. */
  settle?(): void;
}

/** How often a sender checks its messages. Nothing waits for this unless a receiver fails. */
const LOOK_EVERY_MS = 250;

// The transfers of the message that this thread is encoding, and of the one that it encoded last. All copies of this package
// share them, since one copy may encode objects of another.
const state = threadTable<{ noted: Transfer[] | undefined; last: Transfer[] | undefined }>(
  '@multiprocess/transfers 1',
  () => ({ noted: undefined, last: undefined }),
  (found) => 'noted' in found && 'last' in found,
);

let isReceiver = false;

/** An object has arrived from another thread. */
export function noteArrival(object: object): void {
  if (HAND_OVER in object) isReceiver = true;
}

/** Whether this thread has ever received an object that has one owner at a time. */
export function hasReceived(): boolean {
  return isReceiver;
}

/** Adds a transfer to the message that this thread is encoding. Called by the object when it is asked for its handle. */
export function noteTransfer(transfer: Transfer): void {
  (state.noted ??= []).push(transfer);
}

/** Begins a message. Returns the transfers of the outer message, if any, for {@link endMessage}. */
export function beginMessage(): readonly Transfer[] | undefined {
  takeTransfers()?.sent(); // the previous message was not asked for its transfers: it counts as sent
  const outer = state.noted;
  state.noted = undefined;
  return outer;
}

/** The message is encoded. {@link takeTransfers} returns its transfers until the next message begins. */
export function endMessage(outer: readonly Transfer[] | undefined): void {
  takeTransfers()?.sent(); // of a message that was encoded inside this one
  state.last = state.noted;
  state.noted = outer as Transfer[] | undefined;
}

/** The message could not be encoded. */
export function dropMessage(outer: readonly Transfer[] | undefined): void {
  const dropped = state.noted;
  state.noted = outer as Transfer[] | undefined;
  dropped?.forEach((transfer) => transfer.cancel());
}

/** What the message that was just encoded gives away; usually undefined. */
export function takeTransfers(): TransferList | undefined {
  if (state.last === undefined) return undefined;
  const transfers = new TransferList(state.last);
  state.last = undefined;
  return transfers;
}

/** What one message gives away. The sender of the message says what became of it. */
export class TransferList {
  readonly #transfers: readonly Transfer[];
  #isUnderWay = true;

  constructor(transfers: readonly Transfer[]) {
    this.#transfers = transfers;
  }

  /** The message was not sent: nothing was given away. */
  cancel(): void {
    this.#isUnderWay = false;
    for (const transfer of this.#transfers) transfer.cancel();
  }

  /** The message is about to be put into that ring. */
  board(carrier: Carrier): void {
    for (const transfer of this.#transfers) transfer.board?.(carrier);
  }

  /**
   * The message was sent. Its transfers are tracked until they have arrived, or the delivery is lost.
   *
   * @param newDelivery called if there is something to track
   */
  sent(newDelivery?: () => Delivery): void {
    if (!this.#isUnderWay) return;
    for (const transfer of this.#transfers) transfer.sent?.();
    if (this.hasArrived) {
      this.#isUnderWay = false;
      for (const transfer of this.#transfers) transfer.settle();
      return;
    }
    underWay.set(this, newDelivery?.());
    timer ??= clock.setInterval(lookAfterTransfers, LOOK_EVERY_MS).unref();
  }

  /** Its receiver has ended: what has not arrived by now never will. */
  lose(): void {
    if (!this.#isUnderWay) return;
    this.#isUnderWay = false;
    const delivery = underWay.get(this);
    underWay.delete(this);
    if (underWay.size === 0) {
      clock.clearInterval(timer);
      timer = undefined;
    }
    for (const transfer of this.#transfers) {
      if (!transfer.hasArrived) transfer.lose();
      transfer.settle();
    }
    delivery?.settle?.();
  }

  /** @internal */
  get hasArrived(): boolean {
    return this.#transfers.every((transfer) => transfer.hasArrived);
  }
}

// Keeps objects on their way from being garbage-collected. One map per thread.
const underWay = new Map<TransferList, Delivery | undefined>();
let timer: NodeJS.Timeout | undefined;

/** Drops what has arrived and what is lost. Runs every 250 ms; a thread that blocks also calls it. */
export function lookAfterTransfers(): void {
  for (const [transfers, delivery] of underWay) {
    if (transfers.hasArrived || delivery?.isLost === true) transfers.lose();
  }
}
