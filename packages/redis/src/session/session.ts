import { hostname } from 'node:os';
import { clock, ClosedError, EngineConnectionError, randomBytes } from '@multiprocess/shared-memory';
import type { Argument, Link } from '../link/link.js';
import type { Script } from '../scripts/script.js';
import { join, leave, resume } from '../scripts/sessions.js';
import type { Call } from './call.js';
import { CallTable } from './call-table.js';
import { Connecting } from './connecting.js';
import { Dialogue, isLost } from './dialogue.js';
import { Lease } from './lease.js';
import type { SessionSettings } from './settings.js';
import { Sweeper } from './sweeper.js';

const SESSION_BYTES = 9;

/** Whether the server answers: `away` while calls wait for it, `given up` while they fail at once. */
export type Contact = 'there' | 'away' | 'given up';

/**
 * This thread as the server knows it: its calls, which are each done once whatever becomes of connections, and its lease.
 *
 * When the server takes it for dead, or loses its data, it goes on under another id: waits are registered again, and the
 * listener learns that what was held is lost.
 */
export class Session {
  readonly settings: SessionSettings;
  readonly #calls = new CallTable({
    onBusy: (isBusy) => (isBusy ? this.#dialogue.link?.ref() : this.#dialogue.link?.unref()),
    onWaiting: (isWaiting) => {
      if (isWaiting) this.#sweeper.need();
      else this.#sweeper.rest();
    },
  });
  readonly #dialogue: Dialogue;
  readonly #connecting: Connecting;
  readonly #lease: Lease;
  readonly #sweeper: Sweeper;
  #onLost: () => void = () => undefined;
  /** What is to be begun before anything else, in its order. */
  #deferred: (() => void)[] = [];
  /** The one before, whose holds are to be given to others. */
  #former = '';
  #isKnown = false;
  #isClosed = false;
  #store = '';

  constructor(settings: SessionSettings) {
    this.settings = settings;
    this.#lease = new Lease(settings, () => this.#lose());
    this.#sweeper = new Sweeper(() => this.#sweep());
    this.#dialogue = new Dialogue(newId(), settings, this.#calls, {
      onLost: () => this.#lose(),
      onUseless: () => {
        this.#onEnd();
        this.#connecting.lost();
      },
    });
    this.#connecting = new Connecting(settings, {
      onPush: (message) => this.#dialogue.hear(message),
      onLink: (link) => this.#begin(link),
      onEnd: () => this.#onEnd(),
      onGivenUp: (error) => this.#calls.failAll(error),
      isNeeded: () => this.#calls.size > 0,
    });
  }

  /** Names the store of all programs with this server, database and prefix. */
  get store(): string {
    return this.#store;
  }

  get id(): string {
    return this.#dialogue.session;
  }

  get serverVersion(): string {
    return this.#dialogue.link?.facts.version ?? '';
  }

  /** Whether the server answers. */
  get contact(): Contact {
    if (this.#connecting.refusal !== undefined) return 'given up';
    return this.#dialogue.link === undefined ? 'away' : 'there';
  }

  /** @throws what tells why the server cannot be used */
  async start(): Promise<void> {
    await this.#connecting.first(this.#dialogue.session);
  }

  /** Connects in the background; calls wait for that. */
  startSoon(): void {
    this.#connecting.begin(this.#dialogue.session);
  }

  /** Has `tell` called whenever what was held is lost. */
  onLost(tell: () => void): void {
    this.#onLost = tell;
  }

  /** Has `send` called, which begins something: before anything else is begun, and at the latest when all that runs now has run. */
  defer(send: () => void): void {
    this.#deferred.push(send);
    if (this.#deferred.length === 1) clock.nextTick(() => this.sendDeferred()); // after the promises that are settled now, too
  }

  sendDeferred(): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const send of deferred) send();
  }

  /** Has a script run, once. The answer to a wait may come late. */
  begin(script: Script, object: string, args: readonly Argument[]): Call {
    this.sendDeferred();
    const call = this.#enter(script, object, args);
    if (this.#calls.has(call)) this.#dialogue.send(call);
    return call;
  }

  /**
   * The same as so many calls of `one`, by a script that does for all of them what `one` does, and replies with their replies. Each
   * then goes on, and is sent again if need be, by itself.
   */
  beginMany(many: Script, count: number, one: Script, object: string, args: readonly Argument[]): Call[] {
    this.sendDeferred();
    const calls = Array.from({ length: count }, () => this.#enter(one, object, args));
    const [first] = calls;
    if (first === undefined || !this.#calls.has(first)) return calls;
    if (count === 1) this.#dialogue.send(first);
    else this.#dialogue.sendMany(many, calls, first);
    return calls;
  }

  /** A call, waiting to be sent, unless it has failed already. */
  #enter(script: Script, object: string, args: readonly Argument[]): Call {
    const call = this.#calls.create(script, object, args);
    const refusal = this.#isClosed ? new ClosedError('The store has been closed here') : this.#connecting.refusal;
    if (refusal !== undefined) {
      call.fail(refusal);
      return call;
    }
    this.#calls.add(call);
    if (this.#dialogue.link === undefined) this.#connecting.want();
    return call;
  }

  /** The caller waits no longer; `giveUp` undoes in the server what the call has done or will do. */
  abandon(call: Call, giveUp: Script, args: readonly Argument[]): void {
    if (!this.#calls.has(call)) return;
    this.#calls.remove(call);
    if (!call.isSent || call.session !== this.#dialogue.session) return;
    this.begin(giveUp, call.object, args).answered.catch(() => undefined); // a server that is gone has nothing to be undone
  }

  /** The call will not be answered: another one has taken it back. */
  drop(call: Call): void {
    this.#calls.remove(call);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.sendDeferred(); // what was begun before reaches the server
    this.#isClosed = true;
    this.#sweeper.stop();
    this.#lease.stop();
    const link = this.#dialogue.link;
    this.#dialogue.link = undefined;
    this.#calls.failAll(new ClosedError('The store has been closed here'));
    if (link !== undefined) {
      link.ref(); // it is awaited, and there may be nothing else for which the program stays
      await link.run(leave.compile(this.settings.prefix), [`${this.#dialogue.session} 0`, '']).catch(() => undefined);
    }
    this.#connecting.stop();
    link?.destroy();
    this.#onLost();
  }

  /** A new connection: the session goes on, or begins, and so do all its calls. */
  async #begin(link: Link): Promise<void> {
    const { prefix, lease, grace } = this.settings;
    const about = [String(lease), String(grace), link.facts.run, `${hostname()} ${process.pid}`, newId()];
    const asked = clock.now();
    const id = this.#dialogue.session;
    const script = this.#isKnown ? resume : join;
    const args = [`${this.#dialogue.session} 0`, '', ...about, ...(this.#isKnown ? [] : [this.#former])];
    const reply = await link.run(script.compile(prefix), args);
    if (isLost(reply)) {
      this.#renew();
      throw new EngineConnectionError('The server has taken this session for dead');
    }
    if (id !== this.#dialogue.session) throw new EngineConnectionError('The session has been given up meanwhile');
    this.#store = reply.toString('latin1', 1);
    this.#isKnown = true;
    this.#former = '';
    this.#dialogue.link = link;
    this.#lease.begin(this.#dialogue.session, asked, link.endpoint);
    if (this.#calls.size === 0) link.unref();
    for (const call of this.#calls) this.#dialogue.send(call);
    if (this.#calls.hasWaits) this.#sweeper.need();
  }

  #onEnd(): void {
    this.#dialogue.link = undefined;
    this.#calls.acknowledgeAgain();
  }

  /** The session is over: the server said so, or its lease is. All calls that were sent since have not been done. */
  #lose(): void {
    if (this.#isClosed) return;
    const link = this.#dialogue.link;
    this.#onEnd();
    if (link !== undefined) {
      // Replies come in order, so what this session has asked since was refused as well.
      for (const call of this.#calls) call.isSent &&= call.isWaiting;
    }
    this.#renew();
    link?.destroy();
    this.#connecting.lost();
  }

  /** Goes on under another id. Calls that may have been done, and must not be done twice, fail. */
  #renew(): void {
    this.#former = this.#dialogue.session;
    this.#dialogue.session = newId();
    this.#isKnown = false;
    this.#calls.forgetAnswers();
    this.#connecting.session = this.#dialogue.session;
    for (const call of [...this.#calls]) {
      const isUnknown = call.isSent && !call.script.isRepeatable;
      call.isSent = false;
      this.#calls.endWait(call);
      if (isUnknown) this.#calls.fail(call, unknownError());
    }
    this.#onLost();
  }

  async #sweep(): Promise<number> {
    const link = this.#dialogue.link;
    if (link === undefined) return NaN;
    const script = this.#lease.script;
    const reply = await link.run(script, [`${this.#dialogue.session} 0`, '', '0']);
    if (isLost(reply) && link === this.#dialogue.link) this.#lose();
    return reply.length > 1 ? Number(reply.toString('latin1', 1)) : NaN;
  }
}

function unknownError(): EngineConnectionError {
  return new EngineConnectionError('The connection was lost for too long. The call may have been done, or not');
}

function newId(): string {
  return randomBytes(SESSION_BYTES).toString('base64url');
}
