import { EngineConnectionError } from '@multiprocess/shared-memory';
import type { Argument, Link } from '../link/link.js';
import { isTemporary, scriptFailure } from '../link/explain-failure.js';
import { fetchKept } from '../scripts/objects.js';
import { unpackItems } from '../scripts/packed.js';
import type { Script } from '../scripts/script.js';
import type { Call } from './call.js';
import type { CallTable } from './call-table.js';
import { fetchPieces } from './fetch-pieces.js';
import { runReplicated, TooFewReplicasError } from './run-replicated.js';
import type { SessionSettings } from './settings.js';

const SPACE = 32;
const FETCH = '*'.charCodeAt(0);
const WAITS = '?'.charCodeAt(0);
const PIECES = '~'.charCodeAt(0);
const MANY = '='.charCodeAt(0);
const LOST = Buffer.from('!lost');

/** What it tells the session. */
export interface DialogueListener {
  /** The server has taken the session for dead. */
  onLost(): void;
  /** The connection is closed, since the server does not serve now. */
  onUseless(): void;
}

/** What becomes of a script that was sent. */
interface RunListener {
  readonly onReply: (reply: Buffer) => void;
  readonly onError: (error: unknown) => void;
}

/** Sends the calls of a session over its connection, and takes what the server says to each: an answer, or that it comes later. */
export class Dialogue {
  /** The id of the session. */
  session: string;
  /** The connection, once the server knows the session by it. */
  link: Link | undefined;
  readonly #settings: SessionSettings;
  readonly #calls: CallTable;
  readonly #listener: DialogueListener;

  constructor(session: string, settings: SessionSettings, calls: CallTable, listener: DialogueListener) {
    this.session = session;
    this.#settings = settings;
    this.#calls = calls;
    this.#listener = listener;
  }

  /** Sends a call, if there is a connection. */
  send(call: Call): void {
    const { link } = this;
    if (link === undefined) return;
    const again = call.isSent && call.session === this.session ? '!' : '';
    this.#run(link, call.script, call, `${call.number}${again}`, call.args, {
      onReply: (reply) => this.#onReply(link, call, reply),
      onError: (error) => this.#onError(link, call, error),
    });
  }

  /** Sends several calls as one, by a script that does for all of them what theirs does, and replies with their replies. */
  sendMany(many: Script, calls: readonly Call[], first: Call): void {
    const { link } = this;
    if (link === undefined) return;
    for (const call of calls) {
      call.session = this.session;
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
    call.session = this.session;
    call.isSent = true;
    this.#calls.acknowledgeBy(call);
    const compiled = script.compile(this.#settings.prefix);
    const words = [`${this.session} ${number} ${call.acknowledges.join()}`, call.object, ...args];
    if (this.#settings.minReplicas === 0 || !script.changes) {
      link.call(compiled, words, listener.onReply, listener.onError);
      return;
    }
    runReplicated(link, compiled, words, this.#settings).then(listener.onReply, listener.onError);
  }

  #onReplies(link: Link, calls: readonly Call[], first: Call, reply: Buffer): void {
    if (reply[0] === PIECES) {
      void fetchPieces(link, this.#settings.prefix, first, reply).then(
        (whole) => this.#onReplies(link, calls, first, whole),
        (error: unknown) => this.#onErrors(link, calls, error), // the first may have been given up meanwhile
      );
      return;
    }
    const replies = reply[0] === MANY ? unpackItems(reply.subarray(1)) : undefined;
    for (const [i, call] of calls.entries()) {
      const own = replies === undefined ? reply : replies[i];
      if (own !== undefined) this.#onReply(link, call, own);
      else if (link === this.link && this.#calls.has(call)) {
        call.isSent = false;
        this.send(call);
      }
    }
  }

  #onReply(link: Link, call: Call, reply: Buffer): void {
    call.acknowledges = [];
    if (!this.#calls.has(call)) this.#calls.noteArrived(call);
    else if (isLost(reply)) {
      if (link === this.link) this.#listener.onLost();
    } else if (reply[0] === PIECES) {
      void fetchPieces(link, this.#settings.prefix, call, reply).then(
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
    if (link !== this.link || !this.#calls.has(call)) return; // sent again, or given up
    const isTooLate = error instanceof EngineConnectionError;
    if (isTooLate || isTemporary(error)) {
      call.isSent &&= isTooLate; // what was refused has not been done
      link.destroy();
      this.#listener.onUseless();
      return;
    }
    if (error instanceof TooFewReplicasError) this.#calls.fail(call, error.told);
    else if (link.isOpen) this.#calls.fail(call, scriptFailure(error, call.script.name)); // else its end is told by itself
  }

  /** The server has sent an answer later, or says that there is one. */
  hear(message: Buffer): void {
    const end = message.indexOf(SPACE);
    const call = this.#calls.find(Number(message.subarray(0, end).toString('latin1')));
    if (call === undefined) return;
    if (message[end + 1] === FETCH && message.length === end + 2) void this.#fetch(call);
    else this.#answer(call, message.subarray(end + 1));
  }

  async #fetch(call: Call): Promise<void> {
    const link = this.link;
    if (link === undefined) return;
    const number = String(call.number);
    const args = [`${this.session} ${number}`, '', number];
    const reply = await link.run(fetchKept.compile(this.#settings.prefix), args).catch(() => undefined);
    // Without a reply the connection is gone, and the call will be sent again.
    if (reply !== undefined) this.#onReply(link, call, reply);
  }
}

/** Whether the server has replied that it has taken the session for dead. */
export function isLost(reply: Buffer): boolean {
  return reply.equals(LOST);
}
