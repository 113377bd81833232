import { hostname } from 'node:os';
import { ClosedError, EngineConnectionError, clock, randomBytes } from '@multiprocess/shared-memory';
import type { Argument, Link } from '../link/link.js';
import { isTemporary, scriptFailure } from '../link/explain-failure.js';
import { fetchKept } from '../scripts/objects.js';
import type { Script } from '../scripts/script.js';
import { join, leave, resume } from '../scripts/sessions.js';
import { Call } from './call.js';
import { fetchPieces } from './fetch-pieces.js';
import { Connecting } from './connecting.js';
import { Lease } from './lease.js';
import type { SessionSettings } from './settings.js';
import { Sweeper } from './sweeper.js';

const SESSION_BYTES = 9;
const SPACE = 32;
const FETCH = '*'.charCodeAt(0);
const WAITS = '?'.charCodeAt(0);
const PIECES = '~'.charCodeAt(0);

/**
 * This thread as the server knows it: its calls, which are each done once whatever becomes of connections, and its lease.
 *
 * When the server takes it for dead, or loses its data, it goes on under another id: waits are registered again, and the
 * listener learns that what was held is lost.
 */
export class Session {
  readonly settings: SessionSettings;
  /** Unanswered calls, in the order in which they are sent. */
  readonly #calls = new Map<number, Call>();
  readonly #connecting: Connecting;
  readonly #lease: Lease;
  readonly #sweeper: Sweeper;
  readonly #lostListeners = new Set<() => void>();
  readonly #deferred = new Set<() => void>();
  #id = newId();
  /** The one before, whose holds are to be given to others. */
  #former = '';
  #isKnown = false;
  #link: Link | undefined;
  #lastCall = 0;
  /** Calls whose answers have arrived, and which the server does not know that of. */
  #arrived: number[] = [];
  #waits = 0;
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
      onGivenUp: (error) => this.#failAll(error),
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

  onLost(listener: () => void): () => void {
    this.#lostListeners.add(listener);
    return () => this.#lostListeners.delete(listener);
  }

  /** Has `send` called before anything else is begun. */
  defer(send: () => void): void {
    this.#deferred.add(send);
  }

  forgetDeferred(send: () => void): void {
    this.#deferred.delete(send);
  }

  /** Has a script run, once. The answer to a wait may come late. */
  begin(script: Script, object: string, args: readonly Argument[]): Call {
    for (const send of this.#deferred) {
      this.#deferred.delete(send);
      send();
    }
    const call = new Call(++this.#lastCall, script, object, args);
    const refusal = this.#isClosed ? new ClosedError('The store has been closed here') : this.#connecting.refusal;
    if (refusal !== undefined) {
      call.fail(refusal);
      return call;
    }
    this.#calls.set(call.number, call);
    if (this.#calls.size === 1) this.#link?.ref();
    if (this.#link !== undefined) this.#send(this.#link, call);
    else this.#connecting.want();
    return call;
  }

  /** The caller waits no longer; `giveUp` undoes in the server what the call has done or will do. */
  abandon(call: Call, giveUp: Script, args: readonly Argument[]): void {
    if (!this.#calls.has(call.number)) return;
    this.#forget(call);
    if (!call.isSent || call.session !== this.#id) return;
    this.begin(giveUp, call.object, args).answered.catch(() => undefined); // a server that is gone has nothing to be undone
  }

  /** The call will not be answered: another one has taken it back. */
  drop(call: Call): void {
    if (this.#calls.has(call.number)) this.#forget(call);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#sweeper.stop();
    this.#lease.stop();
    const link = this.#link;
    this.#link = undefined;
    this.#failAll(new ClosedError('The store has been closed here'));
    if (link !== undefined) {
      await link.run(leave.compile(this.settings.prefix), [this.#id, '0', '', '', '']).catch(() => undefined);
    }
    this.#connecting.stop();
    link?.destroy();
    this.#tellLost();
  }

  #send(link: Link, call: Call): void {
    const { script, number } = call;
    const again = call.isSent && call.session === this.#id ? '1' : '';
    call.session = this.#id;
    call.isSent = true;
    if (call.acknowledges.length === 0) {
      call.acknowledges = this.#arrived;
      this.#arrived = [];
    }
    const args = [this.#id, String(number), again, call.acknowledges.join(), call.object, ...call.args];
    const done = link.run(script.compile(this.settings.prefix), args);
    const replicated = this.settings.minReplicas > 0 && script.changes ? link.replicated(this.settings) : undefined;
    done.then(
      (reply) => {
        if (replicated === undefined) this.#onReply(link, call, reply);
        else
          void replicated
            .then(() => this.#onReply(link, call, reply))
            .catch((error: unknown) => this.#onNotReplicated(call, error));
      },
      (error: unknown) => this.#onError(link, call, error),
    );
  }

  #onReply(link: Link, call: Call, reply: Buffer): void {
    call.acknowledges = [];
    if (this.#calls.get(call.number) !== call) {
      if (call.script.changes) this.#arrived.push(call.number);
      return;
    }
    if (reply.equals(LOST)) {
      if (link === this.#link) this.#lose();
      return;
    }
    if (reply[0] === PIECES) {
      void fetchPieces(link, this.settings.prefix, call, reply).then(
        (whole) => this.#onReply(link, call, whole),
        (error: unknown) => this.#onError(link, call, error),
      );
      return;
    }
    if (reply[0] !== WAITS) {
      this.#answer(call, reply);
      return;
    }
    if (call.isWaiting) return;
    call.isWaiting = true;
    this.#waits++;
    this.#sweeper.need();
  }

  #answer(call: Call, reply: Buffer): void {
    if (call.script.changes || call.isWaiting) this.#arrived.push(call.number);
    this.#forget(call);
    call.answer(reply);
  }

  #forget(call: Call): void {
    if (!this.#calls.delete(call.number)) return;
    if (call.isWaiting && --this.#waits === 0) this.#sweeper.rest();
    if (this.#calls.size === 0) this.#link?.unref();
  }

  #onError(link: Link, call: Call, error: unknown): void {
    if (link !== this.#link || this.#calls.get(call.number) !== call) return; // sent again, or given up
    const isTooLate = error instanceof EngineConnectionError;
    if (isTooLate || isTemporary(error)) {
      call.isSent &&= isTooLate; // what was refused has not been done
      link.destroy();
      this.#onEnd();
      this.#connecting.lost();
      return;
    }
    if (!link.isOpen) return; // its end is told by itself
    this.#failed(call, scriptFailure(error, call.script.name));
  }

  /** With its connection gone, the call is sent again, and finds its answer. */
  #onNotReplicated(call: Call, error: unknown): void {
    if (error instanceof EngineConnectionError) this.#failed(call, error);
  }

  #failed(call: Call, error: unknown): void {
    this.#forget(call);
    call.fail(error);
  }

  #onPush(message: Buffer): void {
    const end = message.indexOf(SPACE);
    const call = this.#calls.get(Number(message.subarray(0, end).toString('latin1')));
    if (call === undefined) return;
    if (message[end + 1] === FETCH && message.length === end + 2) void this.#fetch(call);
    else this.#answer(call, message.subarray(end + 1));
  }

  async #fetch(call: Call): Promise<void> {
    const link = this.#link;
    if (link === undefined) return;
    const number = String(call.number);
    const args = [this.#id, number, '', '', '', number];
    const reply = await link.run(fetchKept.compile(this.settings.prefix), args).catch(() => undefined);
    // Without a reply the connection is gone, and the call will be sent again.
    if (reply !== undefined) this.#onReply(link, call, reply);
  }

  /** A new connection: the session goes on, or begins, and so do all its calls. */
  async #begin(link: Link): Promise<void> {
    const { prefix, lease, grace } = this.settings;
    const about = [String(lease), String(grace), link.facts.run, `${hostname()} ${process.pid}`, newId()];
    const asked = clock.now();
    const script = this.#isKnown ? resume : join;
    const args = [this.#id, '0', '', '', '', ...about, ...(this.#isKnown ? [] : [this.#former])];
    const reply = await link.run(script.compile(prefix), args);
    if (reply.equals(LOST)) {
      this.#renew();
      throw new EngineConnectionError('The server has taken this session for dead');
    }
    this.#store = reply.toString('latin1', 1);
    this.#isKnown = true;
    this.#former = '';
    this.#link = link;
    this.#lease.begin(this.#id, asked, link.endpoint);
    if (this.#calls.size === 0) link.unref();
    for (const call of this.#calls.values()) this.#send(link, call);
    if (this.#waits > 0) this.#sweeper.need();
  }

  #onEnd(): void {
    this.#link = undefined;
    for (const call of this.#calls.values()) {
      this.#arrived.push(...call.acknowledges);
      call.acknowledges = [];
    }
  }

  /** The session is over: the server said so, or its lease is. All calls that were sent since have not been done. */
  #lose(): void {
    if (this.#isClosed) return;
    const link = this.#link;
    this.#onEnd();
    if (link !== undefined) {
      // Replies come in order, so what this session has asked since was refused as well.
      for (const call of this.#calls.values()) if (!call.isWaiting) call.isSent = false;
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
    this.#arrived = [];
    this.#connecting.session = this.#id;
    for (const call of this.#calls.values()) {
      const isUnknown = call.isSent && !call.script.isRepeatable;
      call.acknowledges = [];
      call.isSent = false;
      if (call.isWaiting) {
        call.isWaiting = false;
        if (--this.#waits === 0) this.#sweeper.rest();
      }
      if (!isUnknown) continue;
      this.#failed(
        call,
        new EngineConnectionError('The connection was lost for too long. The call may have been done, or not'),
      );
    }
    this.#tellLost();
  }

  #tellLost(): void {
    for (const listener of this.#lostListeners) listener();
  }

  async #sweep(): Promise<number> {
    const link = this.#link;
    if (link === undefined) return NaN;
    const script = this.#lease.script;
    const reply = await link.run(script, [this.#id, '0', '', '', '', '0']);
    if (reply.equals(LOST) && link === this.#link) this.#lose();
    return reply.length > 1 ? Number(reply.toString('latin1', 1)) : NaN;
  }

  #failAll(error: Error): void {
    for (const call of [...this.#calls.values()]) this.#failed(call, error);
  }
}

const LOST = Buffer.from('!lost');

function newId(): string {
  return randomBytes(SESSION_BYTES).toString('base64url');
}
