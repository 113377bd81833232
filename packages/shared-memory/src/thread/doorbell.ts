import { constants } from 'node:fs';
import { join } from 'node:path';
import { closeDescriptor, openDescriptor } from '../platform/descriptor.js';
import { hasErrorCode, systemErrorOf } from '../base/errno.js';
import { listenTo } from './bell-ear.js';
import type { BellEar } from './bell-ear.js';
import { bellName } from '../files/bell-name.js';
import { ensureDirectory, withDirectory } from '../files/directory.js';
import { native } from '../platform/platform.js';
import { atExit } from '../runtime/at-exit.js';
import { slotOf } from './registry-layout.js';
import type { Registry } from './registry.js';
import { removeIfPresent } from '../files/segment-file.js';

// How a thread is woken while its event loop sleeps: a FIFO that the loop reads, one per slot, and the slot's BELL word.
//   AWAKE  the thread will look at its words before it sleeps: no need to ring. Set by the thread.
//   ARMED  the thread may be asleep: the ringer that changes this to RUNG writes one byte. Set by the thread.
//   RUNG   a byte is on its way. Set by a ringer, by compare-exchange, so one byte is written however many ring.
// Why no ring is lost: the thread sets its interest, then ARMED, then looks at its words. A ringer changes a word first,
// then looks at the interest, then at BELL. Atomics are sequentially consistent, so one of the two sees the other.
// If a ringer dies between RUNG and its byte, the thread finds the change by its own re-check (see watcher.ts).
const AWAKE = 0;
const ARMED = 1;
const RUNG = 2;

const { O_NONBLOCK, O_RDWR, O_WRONLY } = constants;

/** Path of the FIFO of the thread with that owner id. */
function bellPath({ directory, id }: Registry, owner: number): string {
  return join(directory, bellName(id, owner));
}

/** A directory may be replaced between two calls of the system, but hardly so often in a row. */
const MOST_TRIES = 10;

/** Makes a FIFO, and its directory if that was removed, and opens it. Again if it is taken away in between. */
function makeBell(directory: string, path: string): number {
  for (let tries = 1; ; tries++) {
    try {
      removeIfPresent(path); // left by an attempt that got no descriptor
      const made = native().makeFifo(path);
      if (made < 0) throw systemErrorOf(made, 'mkfifo', path);
      // Opened for writing, too: otherwise it would report end of file when the last ringer closes it.
      return openDescriptor(path, O_RDWR | O_NONBLOCK);
    } catch (error) {
      if (!hasErrorCode(error, 'ENOENT') || tries === MOST_TRIES) throw error;
      ensureDirectory(directory);
    }
  }
}

/** The doorbell of this thread, which also rings those of other threads. */
export class Doorbell {
  readonly #registry: Registry;
  readonly #self: number;
  readonly #index: number;
  #ear: BellEar | undefined;
  #descriptor: number | undefined;
  #refs = 0;
  #isRemoved = false;
  /** FIFOs of other threads by slot, opened at the first ring. A new thread in a slot has another FIFO. */
  readonly #others = new Map<number, { owner: number; fd: number }>();

  constructor(registry: Registry, self: number) {
    this.#registry = registry;
    this.#self = self;
    this.#index = registry.bellIndex(slotOf(self));
  }

  /** Calls `onRing` from the event loop whenever another thread has rung. Does nothing if it is listening already. */
  listen(onRing: () => void): void {
    if (this.#ear !== undefined) return;
    const { directory } = this.#registry;
    const path = bellPath(this.#registry, this.#self);
    const fd = withDirectory(`make ${path}, by which a waiting thread is woken`, () => makeBell(directory, path));
    this.#ear = listenTo(fd, onRing, () => (this.#descriptor = undefined));
    this.#descriptor = fd;
    atExit(() => {
      this.#isRemoved = true;
      removeIfPresent(path);
    });
  }

  /** What rings it when a byte is written; undefined if it does not listen. */
  get descriptor(): number | undefined {
    return this.#descriptor;
  }

  /** Whether the program exits: its event loop is over, and with it every wait. */
  get isRemoved(): boolean {
    return this.#isRemoved;
  }

  /**
   * Asks other threads to ring. Look at the words once more after this, and before you sleep.
   *
   * @returns whether it has been rung since it was last armed; the ringer may have died before it wrote its byte
   */
  arm(): boolean {
    return Atomics.exchange(this.#registry.words, this.#index, ARMED) === RUNG;
  }

  /** Tells other threads not to ring: this one will look before it sleeps. */
  disarm(): void {
    Atomics.store(this.#registry.words, this.#index, AWAKE);
  }

  /** Keeps the event loop alive until {@link unref} has been called as often. */
  ref(): void {
    if (this.#refs++ === 0) this.#ear?.ref();
  }

  /** Takes back one {@link ref}. */
  unref(): void {
    if (--this.#refs === 0) this.#ear?.unref();
  }

  /** Rings the thread in that slot if it may be asleep. Never blocks and never fails, also if the thread has ended. */
  ring(slot: number): void {
    const { words } = this.#registry;
    const index = this.#registry.bellIndex(slot);
    if (Atomics.load(words, index) !== ARMED) return;
    if (Atomics.compareExchange(words, index, ARMED, RUNG) !== ARMED) return;
    const fd = this.#open(slot);
    if (fd !== undefined) native().ring(fd);
  }

  #open(slot: number): number | undefined {
    const owner = this.#registry.ownerOf(slot);
    const known = this.#others.get(slot);
    if (known !== undefined) {
      if (known.owner === owner) return known.fd;
      this.#others.delete(slot);
      closeDescriptor(known.fd);
    }
    try {
      const fd = openDescriptor(bellPath(this.#registry, owner), O_WRONLY | O_NONBLOCK);
      this.#others.set(slot, { owner, fd });
      return fd;
    } catch {
      // The thread has ended; or no descriptor is free, and it finds the change by its re-check. The ringer's own work is
      // done, so it must not fail now.
      return undefined;
    }
  }
}
