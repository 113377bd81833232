import { lookAfterTransfers } from '@multiprocess/shared-memory';
import type { Coroutine } from '@multiprocess/shared-memory';
import type { EndTable } from '../words/end-table.js';
import type { End } from '../words/pipe-layout.js';
import type { PipeSegment } from '../words/pipe-segment.js';

/** What one connection knows of the other end: whether a thread holds it, and one such thread. */
export class Peer {
  readonly #pipe: PipeSegment;
  readonly #end: End;
  readonly #table: EndTable;
  #changes = 0;
  /** A thread that held it after that many changes of the table; 0 if none is known. */
  #holder = 0;

  constructor(pipe: PipeSegment, end: End) {
    this.#pipe = pipe;
    this.#end = end;
    this.#table = pipe.table(end);
  }

  /** Whether the other end is gone. */
  get isGone(): boolean {
    return this.#table.isGone;
  }

  /** Shuts the pipe if no thread holds the other end. Cheap as long as nothing has changed. */
  look(): void {
    if (this.#isKnown()) return;
    const changes = this.#table.changes;
    this.#remember(this.#pipe.look(this.#end), changes);
  }

  /** Like {@link look}, in the middle of a wait. Returns a thread by which it is held, 0 if it is gone or on its way. */
  readonly looking = function* (this: Peer): Coroutine<number> {
    lookAfterTransfers(); // the end may be on its way from this thread, whose timers do not run while it blocks
    if (this.#isKnown()) return this.#holder;
    const changes = this.#table.changes;
    const found = yield* this.#table.entering(() => this.#table.look());
    if (found === 'gone') this.#pipe.shut();
    return this.#remember(found, changes);
  }.bind(this);

  #isKnown(): boolean {
    return this.#holder !== 0 && this.#table.changes === this.#changes && !this.#pipe.thread.isDead(this.#holder);
  }

  #remember(found: number | 'gone', changes: number): number {
    this.#changes = changes;
    return (this.#holder = found === 'gone' ? 0 : found);
  }
}
