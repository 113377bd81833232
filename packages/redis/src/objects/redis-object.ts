import {
  checkSignal,
  checkTimeout,
  clock,
  ClosedError,
  describable,
  DESCRIBE,
  formatHandle,
  HandleError,
  notByNew,
  settleOnce,
  SHARED_OBJECT,
} from '@multiprocess/shared-memory';
import type { Describable, Description, SharedObject, WaitOptions } from '@multiprocess/shared-memory';
import type { Argument } from '../link/link.js';
import { open, unlink } from '../scripts/objects.js';
import type { Script } from '../scripts/script.js';
import type { Call, Reply } from '../session/call.js';
import type { LocalState } from '../store/local-state.js';
import { StoreCore } from '../store/store-core.js';
import { formatReference } from './reference.js';

/** What an object is in the server, and how it is made there. */
export interface Target {
  readonly core: StoreCore;
  /** `n/` and its name, or `u/` and something random. */
  readonly id: string;
  /** Fixed when it is made: permits, parties, maxsize. undefined: whatever it has. */
  readonly parameter?: string;
  /** The first content; undefined: it must be there already. */
  readonly content?: Content;
  /** The store that it must be in, if its handle says so. */
  readonly store?: string;
}

/** The first content of an object. */
export interface Content {
  readonly kind: 'state' | 'list' | 'dict';
  readonly items: readonly Argument[];
}

/** How a wait is taken back. */
export interface GiveUp {
  readonly script: Script;
  readonly args: (call: Call) => readonly Argument[];
}

/** How long a handle is tried whose object is not there: its maker's connection may be slower than ours. */
const ATTACH_MS = 2000;
const ATTACH_PAUSE_MS = 20;

/**
 * The methods of every object on Redis.
 *
 * An object without a name lives as long as some program has it, and a minute longer; one with a name until {@link unlink}.
 */
export abstract class RedisObject implements SharedObject, Describable {
  /** @internal */
  protected readonly core: StoreCore;
  /** @internal */
  protected readonly state: LocalState;
  readonly #target: Target;
  #opening: Promise<void> | undefined;
  #parameter: string | undefined;
  #isClosed = false;

  /** @internal */
  constructor(target: Target) {
    if (!((target as Target | undefined)?.core instanceof StoreCore))
      throw notByNew('An object on Redis', "ask a store for it, as by (await connect('redis://localhost')).dict()");
    this.core = target.core;
    this.#target = target;
    this.state = this.core.enter(target.id, this);
    this.#open();
  }

  static {
    Object.defineProperty(this.prototype, SHARED_OBJECT, { value: true });
    describable<RedisObject>(this.prototype, (one) => `Redis${one.kind}`);
  }

  /** What it is in the server: the name of its class, without `Redis`. */
  protected abstract readonly kind: string;

  /** The name by which other programs find it; undefined if it has none. */
  get name(): string | undefined {
    const { id } = this.#target;
    return id.startsWith('n/') ? id.slice(2) : undefined;
  }

  /**
   * A string that stands for the object. It has no credentials: the receiver must be connected to the same server, or find how in
   * `MULTIPROCESS_REDIS_URL`. Taking it keeps an object without a name until it is closed here, or a minute after the end of the program.
   */
  get handle(): string {
    this.checkOpen();
    this.core.pinned.add(this);
    const { address, session } = this.core;
    return formatHandle(
      `redis.Redis${this.kind}`,
      formatReference({ store: session.store, address, id: this.#target.id }),
    );
  }

  /** Removes the object from the server, even if other programs have it. Those that wait for it wait for its next life. */
  async unlink(): Promise<void> {
    await this.request(unlink, []);
  }

  /** Closes the object in this thread. Idempotent; it lives on as long as others have it, or it has a name. */
  close(): void {
    if (this.#isClosed) return;
    this.core.session.sendDeferred(); // what was begun before is done
    this.#isClosed = true;
    this.core.close(this.#target.id, this);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal Of the object in the server only where it is: more would need a call. */
  [DESCRIBE](): Description {
    if (this.#isClosed) return { closed: true };
    return { ...(this.name !== undefined && { name: this.name }), address: this.core.address };
  }

  /** What is fixed when the object is made, once that is known. @internal */
  protected get parameter(): string | undefined {
    return this.#parameter ?? this.#target.parameter;
  }

  /** What scripts know it by. @internal */
  protected get id(): string {
    return this.#target.id;
  }

  /** Has a script run. @internal */
  protected request(script: Script, args: readonly Argument[]): Promise<Reply> {
    if (this.#isClosed || this.#opening !== undefined) return this.#requestSoon(script, args);
    const { answered } = this.core.session.begin(script, this.#target.id, args);
    return answered.then((reply) => (this.mustRepeat(reply) ? this.#requestSoon(script, args) : reply));
  }

  /**
   * Has a script run that may wait, and says so by its first argument. A wait is begun by `begin`, if that is given.
   *
   * @returns undefined after a timeout
   * @internal
   */
  protected async requestWait(
    script: Script,
    args: readonly Argument[],
    options: WaitOptions | undefined,
    giveUp: GiveUp,
    begin?: () => Promise<Call>,
  ): Promise<Reply | undefined> {
    const timeout = checkTimeout(options);
    const signal = checkSignal(options);
    this.checkOpen();
    if (timeout === 0) return this.request(script, ['', ...args]);
    if (timeout === Infinity && signal === undefined) {
      return begin === undefined ? this.request(script, ['1', ...args]) : this.#requestBy(begin);
    }
    return settleOnce<Reply | undefined>(
      { timeout, signal, holdsLoop: false, onTimeout: (wait) => wait.resolve(undefined) },
      (wait) => {
        let call: Call | undefined;
        let isOver = false;
        const abandon = (): void => {
          if (call !== undefined) this.core.session.abandon(call, giveUp.script, giveUp.args(call));
        };
        const keep = (begun: Call): void => {
          call = begun;
          if (isOver) abandon();
        };
        const request = async (): Promise<void> => {
          for (;;) {
            if (this.#opening !== undefined) await this.#opening;
            if (isOver) return;
            const begun =
              begin === undefined ? this.core.session.begin(script, this.#target.id, ['1', ...args]) : await begin();
            keep(begun);
            const reply = await begun.answered;
            if (this.mustRepeat(reply)) continue;
            wait.resolve(reply);
            return;
          }
        };
        request().catch(wait.reject);
        return () => {
          isOver = true;
          abandon();
        };
      },
    );
  }

  /** The call itself, for those that see to its end themselves, and ask {@link mustRepeat} then. @internal */
  protected async beginRequest(script: Script, args: readonly Argument[]): Promise<Call> {
    this.checkOpen();
    if (this.#opening !== undefined) await this.#opening;
    return this.core.session.begin(script, this.#target.id, args);
  }

  /** As many calls of `one`, by a script that does all of them at once. @internal */
  protected beginMany(many: Script, count: number, one: Script, args: readonly Argument[]): Call[] {
    return this.core.session.beginMany(many, count, one, this.#target.id, args);
  }

  #requestSoon(script: Script, args: readonly Argument[]): Promise<Reply> {
    return this.#requestBy(() => this.core.session.begin(script, this.#target.id, args));
  }

  async #requestBy(begin: () => Call | Promise<Call>): Promise<Reply> {
    for (;;) {
      this.checkOpen();
      if (this.#opening !== undefined) await this.#opening;
      const call = await begin();
      const reply = await call.answered;
      if (!this.mustRepeat(reply)) return reply;
    }
  }

  /** Whether the object was not there, and is being made again. @internal */
  protected mustRepeat(reply: Reply): boolean {
    if (!isGone(reply)) return false;
    this.#open();
    return true;
  }

  /** Sees to it that the object is in the server, and that this session has it. */
  #open(): void {
    const opening = this.#opened();
    this.#opening = opening;
    opening.then(
      () => {
        if (this.#opening === opening) this.#opening = undefined;
      },
      () => undefined, // each call rejects with it
    );
  }

  async #opened(): Promise<void> {
    const { core, id, parameter = '', content } = this.#target;
    const isMade = content !== undefined;
    const items = content === undefined ? [] : [content.kind, ...content.items];
    const deadline = clock.now() + ATTACH_MS;
    for (;;) {
      await Promise.resolve(); // a subclass's field has its value by then
      const reply = await core.session.begin(open, id, [this.kind, parameter, isMade ? '1' : '', ...items]).answered;
      const wanted = this.#target.store;
      if (wanted !== undefined && wanted !== core.session.store) {
        throw new HandleError(`The object is on another server than ${core.address}: first await connect(…) to that`);
      }
      if (reply.how === '+') {
        this.#parameter = reply.body.toString();
        return;
      }
      if (!isGone(reply)) throw this.#mismatch(reply.body.toString());
      if (clock.now() > deadline) {
        throw new HandleError(
          `The ${this.kind.toLowerCase()} is gone: no program has had it for a minute, or the server has lost its data`,
        );
      }
      await clock.sleep(ATTACH_PAUSE_MS);
    }
  }

  #mismatch(refusal: string): HandleError {
    const [what, found = ''] = refusal.split(' ');
    const named = this.name === undefined ? 'The object' : `The object named ${JSON.stringify(this.name)}`;
    if (what === 'kind') return new HandleError(`${named} is a ${found}, not a ${this.kind}`);
    return new HandleError(`${named} was made with ${found}, not with ${this.#target.parameter}`);
  }

  /** @internal */
  protected checkOpen(): void {
    if (this.#isClosed) throw new ClosedError(`This ${this.kind} has been closed here`);
  }
}

function isGone(reply: Reply): boolean {
  return reply.how === '!' && reply.body.toString('latin1') === 'gone';
}
