import type { SeatTable } from '../words/seat-table.js';
import { typedView } from './typed-views.js';
import type { ViewType, ViewTypes } from './typed-views.js';

/** The seat of a buffer that is open here, for the case that the buffer is dropped. Must not lead to the memory of the chunk. */
interface OpenSeat {
  readonly seats: SeatTable;
  /** -1 while the view is not in use. */
  seat: number;
  /** Called when a buffer was dropped and its seat is free. */
  readonly onDropped: () => void;
}

// State of the thread: which views were dropped. What is watched is the memory itself, so that a chunk stays with its holder as
// long as anything refers to its bytes, be it a subarray of a subarray.
const dropped = new FinalizationRegistry<OpenSeat>((open) => {
  if (open.seat < 0) return;
  open.seats.giveBack(open.seat);
  open.onDropped();
});

/**
 * The bytes of a chunk, in a buffer of their own, with the views that were made of them. Used for one loan after the other: a view
 * that is in use is referred to by its `SharedBuffer` and the user only, so that the collector finds one that was dropped.
 */
export class ChunkView {
  readonly chunk: number;
  readonly #buffer: SharedArrayBuffer;
  readonly #views = new Map<ViewType, ViewTypes[ViewType]>();
  readonly #open: OpenSeat;
  #bytes: Uint8Array<SharedArrayBuffer>;
  #nodeBuffer: Buffer<SharedArrayBuffer> | undefined;

  constructor(chunk: number, buffer: SharedArrayBuffer, seats: SeatTable, onDropped: () => void) {
    this.chunk = chunk;
    this.#buffer = buffer;
    this.#bytes = new Uint8Array(buffer);
    this.#open = { seats, seat: -1, onDropped };
    dropped.register(buffer, this.#open);
  }

  /** It belongs to the buffer in that seat, and has that many bytes. */
  use(seat: number, byteLength: number): void {
    this.#open.seat = seat;
    if (this.#bytes.length === byteLength) return;
    this.#bytes = new Uint8Array(this.#buffer, 0, byteLength);
    this.#views.clear();
    this.#nodeBuffer = undefined;
  }

  /** The buffer has been given back or handed over. */
  leave(): void {
    this.#open.seat = -1;
  }

  get bytes(): Uint8Array<SharedArrayBuffer> {
    return this.#bytes;
  }

  get nodeBuffer(): Buffer<SharedArrayBuffer> {
    return (this.#nodeBuffer ??= Buffer.from(this.#buffer, 0, this.#bytes.length));
  }

  as<T extends ViewType>(type: T): ViewTypes[T] {
    let view = this.#views.get(type);
    if (view === undefined) this.#views.set(type, (view = typedView(type, this.#buffer, this.#bytes.length)));
    return view as ViewTypes[T];
  }
}
