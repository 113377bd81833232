import { clock } from '../base/clock.js';
import { threadTable } from '../runtime/thread-table.js';

// Objects that are given away in a message: the end of a pipe, for example, counts as held until the receiver of the message
// holds it itself. Only the sender knows which messages those are, and what became of them; so its thread keeps this.

/**
 * The handle of an object that is being put into a message; what {@link SharedObject.handle} gives where it is missing.
 * An object for which it matters which threads have it notes a {@link Transfer} when it is asked. The same symbol in every copy.
 */
export const HAND_OVER: unique symbol = Symbol.for('@multiprocess/hand-over') as never;

/** An object whose handle for a message differs from that for people. */
export interface HandsOver {
  /** Its handle for one receiver of one message. */
  [HAND_OVER](): string;
}

/** An object that was given away in one message. */
export interface Transfer {
  /** Whether its receiver has it. */
  readonly hasArrived: boolean;
  /** The message was not sent: nothing was given away. */
  cancel(): void;
  /** The message was sent, and no thread will receive it any more. Does nothing if it has arrived. */
  lose(): void;
  /** It has arrived or is lost: what was kept for it may go. */
  settle(): void;
}

/** What a message travels in, as its sender sees it. */
export interface Delivery {
  /** Whether the message will not be received any more, or has been and nothing came of it. Asked now and then. */
  readonly isLost: boolean;
  /** It will not be asked any more. */
  settle?(): void;
}

/** How often a sender looks what has become of what it has sent; nothing waits for it unless a receiver fails. */
const LOOK_EVERY_MS = 250;

// State of the thread: the transfers of the message that is being encoded, and of the one that was encoded last. The objects
// of one copy of this package may be in messages that another encodes, so all copies have it together.
const state = threadTable<{ noted: Transfer[] | undefined; last: Transfer[] | undefined }>(
  '@multiprocess/parcels 1',
  () => ({ noted: undefined, last: undefined }),
  (found) => 'noted' in found && 'last' in found,
);

/** Adds to the message that this thread is encoding. By the object itself, when it is asked for its handle. */
export function noteTransfer(transfer: Transfer): void {
  (state.noted ??= []).push(transfer);
}

/** A message begins. Returns what belongs to the one in whose middle it does, for {@link endMessage}. */
export function beginMessage(): readonly Transfer[] | undefined {
  takeTransfers()?.sent(); // the encoder of the message before did not ask: it counts as sent
  const outer = state.noted;
  state.noted = undefined;
  return outer;
}

/** The message has been encoded; its transfers are there for {@link takeTransfers} until the next message begins. */
export function endMessage(outer: readonly Transfer[] | undefined): void {
  takeTransfers()?.sent(); // of a message that was encoded in the middle of this one
  state.last = state.noted;
  state.noted = outer as Transfer[] | undefined;
}

/** The message could not be encoded. */
export function dropMessage(outer: readonly Transfer[] | undefined): void {
  const dropped = state.noted;
  state.noted = outer as Transfer[] | undefined;
  dropped?.forEach((transfer) => transfer.cancel());
}

/** What the message that was encoded just now gives away; undefined, as a rule. */
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

  /** The message was sent. What it gives away is looked after until it has arrived, or the delivery is lost. */
  sent(delivery?: Delivery): void {
    if (!this.#isUnderWay) return;
    underWay.set(this, delivery);
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

// Held here, since no other code need hold an object that is on its way. One map a thread; empty but for moments.
const underWay = new Map<TransferList, Delivery | undefined>();
let timer: NodeJS.Timeout | undefined;

/** Lets go of what has arrived, and of what never will. By itself every 250 ms; a thread that blocks calls it, too. */
export function lookAfterTransfers(): void {
  for (const [transfers, delivery] of underWay) {
    if (transfers.hasArrived || delivery?.isLost === true) transfers.lose();
  }
}
