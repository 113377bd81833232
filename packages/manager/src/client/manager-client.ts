import { abortReason, CorruptSegmentError, ManagerClosedError, OutOfMemoryError } from '@multiprocess/shared-memory';
import type { SharedObject } from '@multiprocess/shared-memory';
import { relocated } from '@multiprocess/serialization';
import type { CallBody } from '../wire/flat.js';
import * as Kind from '../wire/frame-kind.js';
import { joinFrames, keepFrame, splitFrames } from '../wire/frame.js';
import type { Frame } from '../wire/frame.js';
import type { ObjectAddress } from '../wire/object-address.js';
import { objectNumber } from '../wire/object-number.js';
import type { Registration } from '../wire/registration.js';
import { HANDLE_FOR } from './handle-for.js';
import type { HandleFor } from './handle-for.js';
import type { Link, LinkListener } from './link.js';
import { toLocalError } from './local-error.js';
import { PendingCalls } from './pending-calls.js';
import type { Outcome } from './pending-calls.js';
import { ProxyTable } from './proxy-table.js';
import { sectionOf } from './sections.js';

/** Numbers in a message that gives leases back: it always fits into a ring. */
const MAX_RELEASED = 512;

/** Requests to the server itself. */
const SERVER_REQUESTS = { info: Kind.INFO, shutdown: Kind.SHUTDOWN, register: Kind.REGISTER } as const;

/** This thread as a client of one manager: its calls, and its proxies. */
export class ManagerClient implements LinkListener {
  readonly server: string;
  readonly address: string | undefined;
  readonly proxies: ProxyTable;
  readonly #link: Link;
  readonly #pending: PendingCalls;
  readonly #onEnd: () => void;
  #lastObject = 0;
  #collecting: Frame[] | undefined;
  #closed: ManagerClosedError | undefined;

  constructor(place: Omit<ObjectAddress, 'object'>, connect: (listener: LinkListener) => Link, onEnd: () => void) {
    this.server = place.server;
    this.address = place.address;
    this.#onEnd = onEnd;
    this.#link = connect(this);
    this.#pending = new PendingCalls((body) => this.proxies.receiving(() => this.#link.codec.decode(body)));
    this.proxies = new ProxyTable((pairs) => {
      for (let i = 0; i < pairs.length; i += MAX_RELEASED) this.#tell(Kind.RELEASE, pairs.slice(i, i + MAX_RELEASED));
    });
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** Asks the server to create an object, and returns its number. If that fails, every call of it rejects with that error. */
  create(type: string, args: readonly unknown[]): number {
    this.#checkOpen();
    const low = ++this.#lastObject;
    const object = objectNumber(this.#link.number, low);
    this.#post(this.#frame(Kind.CREATE, 0, low, this.#encodeCreation(object, type, args)));
    return object;
  }

  /** Asks for a lease for a proxy that did not come from the server; at once, since its maker may end. */
  lease(object: number): void {
    this.#tell(Kind.LEASE, object);
    this.#link.flush();
  }

  /**
   * The handle of an object is about to leave this thread. When this returns, any receiver of the handle can attach, even if
   * this client ends.
   *
   * @throws {@link TimeoutError} if the server does not read what was sent to it.
   */
  handOver(object: number, proxy: object): void {
    const isFirst = this.proxies.pin(proxy);
    if (this.#closed !== undefined) return; // the receiver learns that the manager is gone
    this.#postCreations();
    if (isFirst) this.#link.post(this.#frame(Kind.EXPORT, 0, 0, this.#encode(object)));
    this.#link.deliver();
  }

  /** Sends what was posted so far, so that it arrives before requests of other clients that learn of it. Throws as {@link handOver}. */
  deliver(): void {
    if (this.#closed === undefined) this.#link.deliver();
  }

  /** Lets pending calls keep the event loop alive, as they do from the start. */
  ref(): void {
    this.#link.ref();
  }

  unref(): void {
    this.#link.unref();
  }

  /** Calls a method of an object. */
  async call(object: number, method: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    const number = this.#postCall(object, method, args);
    return this.#settled(await this.#outcome(number, signal), signal);
  }

  /** Like {@link call}, but blocks the thread. */
  callSync(object: number, method: string, args: readonly unknown[]): unknown {
    this.#checkNoBatch();
    this.#checkOpen();
    this.#link.checkCanBlock();
    const number = this.#postCall(object, method, args);
    const outcome = this.#pending.waitSync(number, (done) => {
      this.#link.runSync(done);
    });
    return this.#settled(outcome);
  }

  /** Asks something of the server itself. */
  async ask(what: keyof typeof SERVER_REQUESTS, body?: Registration): Promise<unknown> {
    const number = this.#nextCall();
    this.#post(this.#frame(SERVER_REQUESTS[what], number, 0, this.#encode(body)));
    return this.#settled(await this.#outcome(number));
  }

  /** Tells the server something without waiting for an answer. */
  tell(what: keyof typeof SERVER_REQUESTS, body?: Registration): void {
    this.#checkOpen();
    this.#tell(SERVER_REQUESTS[what], body);
  }

  /** Sends all calls that `fn` makes in one message, which the server does in a row. */
  batch<R>(fn: () => R): R {
    this.#checkNoBatch();
    const frames: Frame[] = (this.#collecting = []);
    try {
      return fn();
    } finally {
      this.#collecting = undefined;
      if (frames.length > 0) this.#post(this.#frame(Kind.BATCH, 0, 0, joinFrames(frames)));
    }
  }

  onFrame(frame: Frame): void {
    this.#pending.answer(frame);
  }

  onRefused(frame: Frame, error: OutOfMemoryError): readonly Frame[] {
    switch (frame.kind) {
      case Kind.BATCH: // its calls go together or not at all
        return splitFrames(frame.body).flatMap((one) =>
          one.call === 0 && one.kind !== Kind.CREATE ? one : this.onRefused(one, error),
        );
      case Kind.CREATE: {
        const object = objectNumber(this.#link.number, frame.section);
        const body = this.#encode([object, new OutOfMemoryError(error.message)]);
        return [keepFrame(this.#frame(Kind.UNSENT, 0, 0, body))];
      }
      default:
        this.#pending.end(frame.call, { how: 'unsent', error });
        return [];
    }
  }

  onEnd(cause: unknown): void {
    if (this.#closed !== undefined) return;
    const isBroken = cause instanceof CorruptSegmentError;
    const message = isBroken
      ? 'The connection to the manager is damaged, and was closed'
      : 'The manager has been shut down, or its process has died';
    this.#closed = new ManagerClosedError(message, { cause });
    const outcome: Outcome = isBroken ? { how: 'broken', error: cause } : { how: 'failure', error: undefined };
    this.#pending.endAll(outcome);
    this.#onEnd();
  }

  /** Closes the manager in this thread. */
  close(): void {
    if (this.#closed !== undefined) return;
    this.#link.close();
    this.onEnd(undefined);
  }

  #postCall(object: number, method: string, args: readonly unknown[]): number {
    const number = this.#nextCall();
    this.#post(this.#frame(Kind.CALL, number, sectionOf(this, object), this.#encodeCall({ object, method, args })));
    return number;
  }

  #outcome(number: number, signal?: AbortSignal): Promise<Outcome> {
    const outcome = this.#pending.wait(number, signal, () => {
      this.#tell(Kind.CANCEL, number);
    });
    this.#link.listen(this.#pending.areThere);
    return outcome;
  }

  #settled(outcome: Outcome, signal?: AbortSignal): unknown {
    if (outcome.how === 'result') return outcome.value;
    if (outcome.how === 'cancelled') throw abortReason(signal);
    // Each call gets an error of its own, with its own stack.
    if (outcome.how === 'unsent') throw new OutOfMemoryError(outcome.error.message, { cause: outcome.error.cause });
    if (outcome.how === 'broken') throw new CorruptSegmentError(outcome.error.message, { cause: outcome.error });
    if (this.#closed !== undefined && outcome.error === undefined) throw this.#closedError();
    throw toLocalError(outcome.error);
  }

  #nextCall(): number {
    this.#checkOpen();
    return this.#pending.nextNumber();
  }

  #tell(kind: number, body: unknown): void {
    if (this.#closed === undefined) this.#post(this.#frame(kind, 0, 0, this.#encode(body)));
  }

  #frame(kind: number, call: number, section: number, body: Uint8Array): Frame {
    return { kind, call, client: this.#link.number, section, body };
  }

  #post(frame: Frame): void {
    if (this.#collecting === undefined) this.#link.post(frame);
    else this.#collecting.push(keepFrame(frame));
  }

  /** Sends the objects that the current batch has had made before the batch; its calls still go together. */
  #postCreations(): void {
    const collected = this.#collecting ?? [];
    for (const frame of collected) if (frame.kind === Kind.CREATE) this.#link.post(frame);
    collected.splice(0, collected.length, ...collected.filter(({ kind }) => kind !== Kind.CREATE));
  }

  #encodeCall(call: CallBody): Uint8Array {
    try {
      return this.#link.codec.encodeCall(call, this.#handleOf);
    } catch (error) {
      throw ofArguments(error);
    }
  }

  #encodeCreation(object: number, type: string, args: readonly unknown[]): Uint8Array {
    try {
      return this.#encode([object, type, args]);
    } catch (error) {
      throw ofArguments(error);
    }
  }

  #encode(value: unknown): Uint8Array {
    return this.#link.codec.encode(value, this.#handleOf);
  }

  /** Proxies of this client give a handle that needs no lease of its own. */
  readonly #handleOf = (object: SharedObject & Partial<HandleFor>): string | undefined => object[HANDLE_FOR]?.(this);

  #checkOpen(): void {
    if (this.#closed !== undefined) throw this.#closedError();
  }

  #checkNoBatch(): void {
    if (this.#collecting === undefined) return;
    throw new TypeError(
      'Nothing that blocks, and no other batch, can be in a batch: it is sent when its function returns',
    );
  }

  #closedError(): ManagerClosedError {
    return new ManagerClosedError(this.#closed?.message ?? '', { cause: this.#closed?.cause });
  }
}

/** Arguments stand third in a message; the path in an error begins with them. */
function ofArguments(error: unknown): unknown {
  return relocated(error, '$[2]', '$');
}
