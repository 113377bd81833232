import {
  CorruptSegmentError,
  ManagerClosedError,
  OutOfMemoryError,
  onAborted,
  reasonOf,
} from '@multiprocess/shared-memory';
import type { MultiprocessError } from '@multiprocess/shared-memory';
import { importNeeded } from '@multiprocess/serialization';
import {
  BATCH,
  CALL,
  CANCEL,
  CANCELLED,
  CREATE,
  EXPORT,
  FAILURE,
  INFO,
  LEASE,
  REGISTER,
  RELEASE,
  RESULT,
  SHUTDOWN,
  UNSENT,
  joinFrames,
  makeFrame,
  readFrame,
  splitFrames,
} from '../wire/frame.js';
import type { Place } from '../wire/reference.js';
import type { Registration } from '../wire/registration.js';
import type { Link, LinkListener } from './link.js';
import { toLocalError } from './local-error.js';
import { ProxyTable } from './proxy-table.js';
import { sectionOf } from './sections.js';

/** What a call came to. */
type Outcome =
  | { readonly how: 'result'; readonly value: unknown }
  | { readonly how: 'failure'; readonly error: unknown }
  | { readonly how: 'unsent' | 'broken'; readonly error: MultiprocessError }
  | { readonly how: 'cancelled' };

/** Objects made by clients have numbers from here on, a range for each client. */
const CLIENT_RANGE = 2 ** 32;
const MAX_CALLS = 2 ** 32 - 1;

/** Numbers in a message that gives leases back: few enough that it always finds room in a ring. */
const MAX_RELEASED = 512;

/** Requests that have the server itself as their object. */
const SERVER_REQUESTS = { info: INFO, shutdown: SHUTDOWN, register: REGISTER } as const;

/** This thread as a client of one manager: its calls, and its proxies. */
export class Client implements LinkListener {
  readonly server: string;
  readonly address: string | undefined;
  readonly proxies: ProxyTable;
  readonly #link: Link;
  readonly #pending = new Map<number, (outcome: Outcome) => void>();
  /** Those of them whose thread is blocked, so that no module can be imported for what they get. */
  readonly #blocked = new Set<number>();
  readonly #onEnd: () => void;
  #lastCall = 0;
  #lastObject = 0;
  #collecting: Uint8Array[] | undefined;
  #encoding = false;
  #closed: ManagerClosedError | undefined;

  constructor(place: Omit<Place, 'object'>, connect: (listener: LinkListener) => Link, onEnd: () => void) {
    this.server = place.server;
    this.address = place.address;
    this.#onEnd = onEnd;
    this.#link = connect(this);
    this.proxies = new ProxyTable((pairs) => {
      for (let i = 0; i < pairs.length; i += MAX_RELEASED) this.#tell(RELEASE, pairs.slice(i, i + MAX_RELEASED));
    });
  }

  /** Whether a message for this very manager is being made: what it refers to needs no other hold. */
  get isEncoding(): boolean {
    return this.#encoding;
  }

  get isClosed(): boolean {
    return this.#closed !== undefined;
  }

  /** Has an object made, and returns its number: what is wrong with it, its calls will say. */
  create(type: string, args: readonly unknown[]): number {
    this.#checkOpen();
    const low = ++this.#lastObject;
    const object = this.#link.number * CLIENT_RANGE + low;
    this.#post(makeFrame(CREATE, 0, this.#link.number, low, this.#encode([object, type, args])));
    return object;
  }

  /** Says that there is a proxy more, which came by another way than from the server; at once, or its maker may be gone. */
  lease(object: number): void {
    this.#tell(LEASE, object);
    this.#link.flush();
  }

  /**
   * The handle of an object is about to leave this thread: afterwards the object is there for whoever comes with it, whatever
   * becomes of this client.
   *
   * @throws {TimeoutError} If the server does not take in what was sent to it.
   */
  handOver(object: number, proxy: object): void {
    const isFirst = this.proxies.pin(proxy);
    if (this.#closed !== undefined) return; // who comes with it learns that the manager is gone
    this.#postCreations();
    if (isFirst) this.#link.post(makeFrame(EXPORT, 0, this.#link.number, 0, this.#encode(object)));
    this.#link.deliver();
  }

  /** What was sent so far is there before what others send who are told of it now. Throws what {@link handOver} throws. */
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
    return this.#settled(this.#outcomeSync(this.#postCall(object, method, args)));
  }

  /** Asks something of the server itself. */
  async ask(what: keyof typeof SERVER_REQUESTS, body?: Registration): Promise<unknown> {
    const number = this.#nextCall();
    this.#post(makeFrame(SERVER_REQUESTS[what], number, this.#link.number, 0, this.#encode(body)));
    return this.#settled(await this.#outcome(number));
  }

  /** Tells it without waiting for an answer. */
  tell(what: keyof typeof SERVER_REQUESTS, body?: Registration): void {
    this.#checkOpen();
    this.#tell(SERVER_REQUESTS[what], body);
  }

  /** Sends all that `fn` calls in one message, which the server does in a row. */
  batch<R>(fn: () => R): R {
    this.#checkNoBatch();
    const frames: Uint8Array[] = (this.#collecting = []);
    try {
      return fn();
    } finally {
      this.#collecting = undefined;
      if (frames.length > 0) this.#post(makeFrame(BATCH, 0, this.#link.number, 0, joinFrames(frames)));
    }
  }

  onFrame(bytes: Uint8Array): void {
    const frame = readFrame(bytes);
    if (frame === undefined) return;
    const settle = this.#pending.get(frame.call);
    this.#pending.delete(frame.call);
    const needed = this.#blocked.has(frame.call) ? undefined : importNeeded(frame.body);
    if (needed !== undefined) {
      const { kind } = frame;
      const body = frame.body.slice();
      void needed.then(() => settle?.(this.#decode(kind, body)));
      return;
    }
    // A result that nobody waits for may still bring proxies, which are to be given back.
    const outcome = this.#decode(frame.kind, frame.body);
    settle?.(outcome);
  }

  onRefused(bytes: Uint8Array, error: OutOfMemoryError): readonly Uint8Array[] {
    const frame = readFrame(bytes);
    if (frame?.kind === BATCH) return this.#refuseBatch(frame.body, error);
    if (frame?.kind === CREATE) {
      const object = this.#link.number * CLIENT_RANGE + frame.section;
      const body = this.#encode([object, new OutOfMemoryError(error.message)]);
      return [makeFrame(UNSENT, 0, this.#link.number, 0, body)];
    }
    const settle = frame && this.#pending.get(frame.call);
    if (frame !== undefined) this.#pending.delete(frame.call);
    settle?.({ how: 'unsent', error });
    return [];
  }

  /** Its calls go together or not at all. */
  #refuseBatch(body: Uint8Array, error: OutOfMemoryError): Uint8Array[] {
    const instead: Uint8Array[] = [];
    for (const one of splitFrames(body)) {
      const { call, kind } = readFrame(one)!;
      if (call === 0 && kind !== CREATE) instead.push(one);
      else instead.push(...this.onRefused(one, error));
    }
    return instead;
  }

  onEnd(cause: unknown): void {
    if (this.#closed !== undefined) return;
    const isBroken = cause instanceof CorruptSegmentError;
    const message = isBroken
      ? 'The way to the manager is damaged, and was closed'
      : 'The manager has been shut down, or its process has died';
    this.#closed = new ManagerClosedError(message, { cause });
    const outcome: Outcome = isBroken ? { how: 'broken', error: cause } : { how: 'failure', error: undefined };
    for (const settle of this.#pending.values()) settle(outcome);
    this.#pending.clear();
    this.#onEnd();
  }

  /** Lets go of the manager in this thread. */
  close(): void {
    if (this.#closed !== undefined) return;
    this.#link.close();
    this.onEnd(undefined);
  }

  #postCall(object: number, method: string, args: readonly unknown[]): number {
    const number = this.#nextCall();
    const body = this.#whileEncoding(() => this.#link.codec.encodeCall({ object, method, args }));
    this.#post(makeFrame(CALL, number, this.#link.number, sectionOf(this, object), body));
    return number;
  }

  #outcome(number: number, signal?: AbortSignal): Promise<Outcome> {
    return new Promise((resolve) => {
      // The server decides: a call that was done before it was given up has its result.
      const stopListening = onAborted(signal, () => {
        this.#tell(CANCEL, number);
      });
      this.#pending.set(number, (outcome) => {
        stopListening();
        resolve(outcome);
      });
      this.#link.listen(this.#isWaiting);
    });
  }

  readonly #isWaiting = (): boolean => this.#pending.size > 0;

  #outcomeSync(number: number): Outcome {
    let outcome: Outcome | undefined;
    this.#pending.set(number, (settled) => {
      outcome = settled;
    });
    this.#blocked.add(number);
    try {
      this.#link.runSync(() => outcome !== undefined);
    } finally {
      this.#blocked.delete(number);
      this.#pending.delete(number);
    }
    return outcome ?? { how: 'failure', error: undefined };
  }

  #settled(outcome: Outcome, signal?: AbortSignal): unknown {
    if (outcome.how === 'result') return outcome.value;
    if (outcome.how === 'cancelled') throw reasonOf(signal);
    // Each call gets an error of its own, with its own stack.
    if (outcome.how === 'unsent') throw new OutOfMemoryError(outcome.error.message, { cause: outcome.error.cause });
    if (outcome.how === 'broken') throw new CorruptSegmentError(outcome.error.message, { cause: outcome.error });
    if (this.#closed !== undefined && outcome.error === undefined) throw this.#closedError();
    throw toLocalError(outcome.error);
  }

  #nextCall(): number {
    this.#checkOpen();
    do this.#lastCall = (this.#lastCall % MAX_CALLS) + 1;
    while (this.#pending.has(this.#lastCall));
    return this.#lastCall;
  }

  #tell(kind: number, body: unknown): void {
    if (this.#closed === undefined) this.#post(makeFrame(kind, 0, this.#link.number, 0, this.#encode(body)));
  }

  #post(frame: Uint8Array): void {
    if (this.#collecting === undefined) this.#link.post(frame);
    else this.#collecting.push(frame);
  }

  /** What a batch has had made so far goes before it; its calls still go together. */
  #postCreations(): void {
    const collected = this.#collecting ?? [];
    for (const frame of collected) if (isCreation(frame)) this.#link.post(frame);
    collected.splice(0, collected.length, ...collected.filter((frame) => !isCreation(frame)));
  }

  #encode(value: unknown): Uint8Array {
    return this.#whileEncoding(() => this.#link.codec.encode(value));
  }

  #whileEncoding(encode: () => Uint8Array): Uint8Array {
    const before = this.#encoding;
    this.#encoding = true;
    try {
      return encode();
    } finally {
      this.#encoding = before;
    }
  }

  #decode(kind: number, body: Uint8Array): Outcome {
    try {
      if (kind === CANCELLED) return { how: 'cancelled' };
      const value = this.proxies.receiving(() => this.#link.codec.decode(body));
      if (kind === RESULT) return { how: 'result', value };
      return { how: 'failure', error: kind === FAILURE ? value : new TypeError(`Unknown answer of kind ${kind}`) };
    } catch (error) {
      return { how: 'failure', error };
    }
  }

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

function isCreation(frame: Uint8Array): boolean {
  return readFrame(frame)?.kind === CREATE;
}
