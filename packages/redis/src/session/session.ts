import { hostname } from 'node:os';
import { clock, ClosedError, EngineConnectionError, randomBytes } from '@multiprocess/shared-memory';
import type { Argument, Link } from '../link/link.js';
import { isTemporary, scriptFailure } from '../link/explain-failure.js';
import { fetchKept } from '../scripts/objects.js';
import { unpackItems } from '../scripts/packed.js';
import type { Script } from '../scripts/script.js';
import { join, leave, resume } from '../scripts/sessions.js';
import type { Call } from './call.js';
import { CallTable } from './call-table.js';
import { fetchPieces } from './fetch-pieces.js';
import { Connecting } from './connecting.js';
import { Lease } from './lease.js';
import { runReplicated, TooFewReplicasError } from './run-replicated.js';
import type { SessionSettings } from './settings.js';
import { Sweeper } from './sweeper.js';

const SESSION_BYTES = 9;
const SPACE = 32;
const FETCH = '*'.charCodeAt(0);
const WAITS = '?'.charCodeAt(0);
const PIECES = '~'.charCodeAt(0);
const MANY = '='.charCodeAt(0);

/** What becomes of a script that was sent. */
interface RunListener {
  readonly onReply: (reply: Buffer) => void;
  readonly onError: (error: unknown) => void;
}

/**
 * This thread as the server knows it: its calls, which are each done once whatever becomes of connections, and its lease.
 *
 * When the server takes it for dead, or loses its data, it goes on under another id: waits are registered again, and the
 * listener learns that what was held is lost.
 */
export class Session {
  readonly settings: SessionSettings;
  readonly #calls = new CallTable({
    onBusy: (isBusy) => (isBusy ? this.#link?.ref() : this.#link?.unref()),
    onWaiting: (isWaiting) => {
      if (isWaiting) this.#sweeper.need();
      else this.#sweeper.rest();
    },
  });
  readonly #connecting: Connecting;
  readonly #lease: Lease;
  readonly #sweeper: Sweeper;
  #onLost: () => void = () => undefined;
  /** What is to be begun before anything else, in its order. */
  #deferred: (() => void)[] = [];
  #id = newId();
  /** The one before, whose holds are to be given to others. */
  #former = '';
  #isKnown = false;
  #link: Link | undefined;
  #isClosed = false;
  #store = '';

  constructor(settings: SessionSettings) {
    this.settings = settings;
    this.#lease = new Lease(settings, () => this.#lose());
    this.#sweeper = new Sweeper(() => this.#sweep());
    this.#connecting = new Connecting(settings, {
      onPush: (message) => this.#onPush(message),
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
    return this.#id;
  }

  get serverVersion(): string {
    return this.#link?.facts.version ?? '';
  }

  /** @throws what tells why the server cannot be used */
  async start(): Promise<void> {
    await this.#connecting.first(this.#id);
  }

  /** Connects in the background; calls wait for that. */
  startSoon(): void {
    this.#connecting.begin(this.#id);
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
    if (this.#link !== undefined && this.#calls.has(call)) this.#send(this.#link, call);
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
    if (this.#link === undefined || first === undefined || !this.#calls.has(first)) return calls;
    if (count === 1) this.#send(this.#link, first);
    else this.#sendMany(this.#link, many, calls, first);
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
    if (this.#link === undefined) this.#connecting.want();
    return call;
  }

  /** The caller waits no longer; `giveUp` undoes in the server what the call has done or will do. */
  abandon(call: Call, giveUp: Script, args: readonly Argument[]): void {
    if (!this.#calls.has(call)) return;
    this.#calls.remove(call);
    if (!call.isSent || call.session !== this.#id) return;
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
    const link = this.#link;
    this.#link = undefined;
    this.#calls.failAll(new ClosedError('The store has been closed here'));
    if (link !== undefined) {
      link.ref(); // it is awaited, and there may be nothing else for which the program stays
      await link.run(leave.compile(this.settings.prefix), [`${this.#id} 0`, '']).catch(() => undefined);
    }
    this.#connecting.stop();
    link?.destroy();
    this.#onLost();
  }

  #send(link: Link, call: Call): void {
    const again = call.isSent && call.session === this.#id ? '!' : '';
    this.#run(link, call.script, call, `${call.number}${again}`, call.args, {
      onReply: (reply) => this.#onReply(link, call, reply),
      onError: (error) => this.#onError(link, call, error),
    });
  }

  #sendMany(link: Link, many: Script, calls: readonly Call[], first: Call): void {
    for (const call of calls) {
      call.session = this.#id;
      call.isSent = true;
    }
    this.#run(link, many, first, String(first.number), [String(calls.length)], {
      onReply: (reply) => this.#onReplies(link, calls, first, reply),
      onError: (error) => this.#onErrors(link, calls, error),
    });
  }

  #onErrors(link: Link, calls: readonly Call[], error: unknown): void {
    for (const call of calls) this.#onError(link, call, error);
  }

  /** Runs a script for a call, which acknowledges what has arrived. */
  #run(link: Link, script: Script, call: Call, number: string, args: readonly Argument[], listener: RunListener): void {
    call.session = this.#id;
    call.isSent = true;
    this.#calls.acknowledgeBy(call);
    const compiled = script.compile(this.settings.prefix);
    const words = [`${this.#id} ${number} ${call.acknowledges.join()}`, call.object, ...args];
    if (this.settings.minReplicas === 0 || !script.changes) {
      link.call(compiled, words, listener.onReply, listener.onError);
      return;
    }
    runReplicated(link, compiled, words, this.settings).then(listener.onReply, listener.onError);
  }

  #onReplies(link: Link, calls: readonly Call[], first: Call, reply: Buffer): void {
    if (reply[0] === PIECES) {
      void fetchPieces(link, this.settings.prefix, first, reply).then(
        (whole) => this.#onReplies(link, calls, first, whole),
        (error: unknown) => this.#onErrors(link, calls, error), // the first may have been given up meanwhile
      );
      return;
    }
    const replies = reply[0] === MANY ? unpackItems(reply.subarray(1)) : undefined;
    for (const [i, call] of calls.entries()) {
      const own = replies === undefined ? reply : replies[i];
      if (own !== undefined) this.#onReply(link, call, own);
      else if (link === this.#link && this.#calls.has(call)) {
        call.isSent = false;
        this.#send(link, call);
      }
    }
  }

  #onReply(link: Link, call: Call, reply: Buffer): void {
    call.acknowledges = [];
    if (!this.#calls.has(call)) this.#calls.noteArrived(call);
    else if (reply.equals(LOST)) {
      if (link === this.#link) this.#lose();
    } else if (reply[0] === PIECES) {
      void fetchPieces(link, this.settings.prefix, call, reply).then(
        (whole) => this.#onReply(link, call, whole),
        (error: unknown) => this.#onError(link, call, error),
      );
    } else if (reply[0] === WAITS) this.#calls.wait(call);
    else this.#answer(call, reply);
  }

  #answer(call: Call, reply: Buffer): void {
    this.#calls.noteArrived(call);
    this.#calls.remove(call);
    call.answer(reply);
  }

  #onError(link: Link, call: Call, error: unknown): void {
    if (link !== this.#link || !this.#calls.has(call)) return; // sent again, or given up
    const isTooLate = error instanceof EngineConnectionError;
    if (isTooLate || isTemporary(error)) {
      call.isSent &&= isTooLate; // what was refused has not been done
      link.destroy();
      this.#onEnd();
      this.#connecting.lost();
      return;
    }
    if (error instanceof TooFewReplicasError) this.#calls.fail(call, error.told);
    else if (link.isOpen) this.#calls.fail(call, scriptFailure(error, call.script.name)); // else its end is told by itself
  }

  #onPush(message: Buffer): void {
    const end = message.indexOf(SPACE);
    const call = this.#calls.find(Number(message.subarray(0, end).toString('latin1')));
    if (call === undefined) return;
    if (message[end + 1] === FETCH && message.length === end + 2) void this.#fetch(call);
    else this.#answer(call, message.subarray(end + 1));
  }

  async #fetch(call: Call): Promise<void> {
    const link = this.#link;
    if (link === undefined) return;
    const number = String(call.number);
    const args = [`${this.#id} ${number}`, '', number];
    const reply = await link.run(fetchKept.compile(this.settings.prefix), args).catch(() => undefined);
    // Without a reply the connection is gone, and the call will be sent again.
    if (reply !== undefined) this.#onReply(link, call, reply);
  }

  /** A new connection: the session goes on, or begins, and so do all its calls. */
  async #begin(link: Link): Promise<void> {
    const { prefix, lease, grace } = this.settings;
    const about = [String(lease), String(grace), link.facts.run, `${hostname()} ${process.pid}`, newId()];
    const asked = clock.now();
    const id = this.#id;
    const script = this.#isKnown ? resume : join;
    const args = [`${this.#id} 0`, '', ...about, ...(this.#isKnown ? [] : [this.#former])];
    const reply = await link.run(script.compile(prefix), args);
    if (reply.equals(LOST)) {
      this.#renew();
      throw new EngineConnectionError('The server has taken this session for dead');
    }
    if (id !== this.#id) throw new EngineConnectionError('The session has been given up meanwhile');
    this.#store = reply.toString('latin1', 1);
    this.#isKnown = true;
    this.#former = '';
    this.#link = link;
    this.#lease.begin(this.#id, asked, link.endpoint);
    if (this.#calls.size === 0) link.unref();
    for (const call of this.#calls) this.#send(link, call);
    if (this.#calls.hasWaits) this.#sweeper.need();
  }

  #onEnd(): void {
    this.#link = undefined;
    this.#calls.acknowledgeAgain();
  }

  /** The session is over: the server said so, or its lease is. All calls that were sent since have not been done. */
  #lose(): void {
    if (this.#isClosed) return;
    const link = this.#link;
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
    this.#former = this.#id;
    this.#id = newId();
    this.#isKnown = false;
    this.#calls.forgetAnswers();
    this.#connecting.session = this.#id;
    for (const call of [...this.#calls]) {
      const isUnknown = call.isSent && !call.script.isRepeatable;
      call.isSent = false;
      this.#calls.endWait(call);
      if (isUnknown) this.#calls.fail(call, unknownError());
    }
    this.#onLost();
  }

  async #sweep(): Promise<number> {
    const link = this.#link;
    if (link === undefined) return NaN;
    const script = this.#lease.script;
    const reply = await link.run(script, [`${this.#id} 0`, '', '0']);
    if (reply.equals(LOST) && link === this.#link) this.#lose();
    return reply.length > 1 ? Number(reply.toString('latin1', 1)) : NaN;
  }
}

const LOST = Buffer.from('!lost');

function unknownError(): EngineConnectionError {
  return new EngineConnectionError('The connection was lost for too long. The call may have been done, or not');
}

function newId(): string {
  return randomBytes(SESSION_BYTES).toString('base64url');
}
