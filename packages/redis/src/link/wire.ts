import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Endpoint } from './endpoint.js';
import { ReplyError, RespReader } from './resp-reader.js';
import type { RespValue } from './resp-reader.js';
import { RespWriter } from './resp-writer.js';
import type { Argument } from './resp-writer.js';

/** What a wire tells. */
export interface WireListener {
  /** A message on a channel that is listened to. */
  onMessage?(message: Buffer): void;
  /** The connection has ended, or never was one. Said once, unless it was destroyed. */
  onEnd?(reason: unknown): void;
}

/** The value of a reply that is no error, and the error of one that is. */
type OnReply = (value: Exclude<RespValue, ReplyError>) => void;
type OnError = (error: unknown) => void;

/** Calls a function at the end of this run of the event loop: `setImmediate`, which threads with little in them take from elsewhere than others. */
type Later = (call: () => void) => void;

const KEEP_ALIVE_MS = 5000;
const MANY = 4096;

/**
 * A connection to a server, in RESP3: commands and their replies, in one order, and messages in between. Of its own, since a library that can
 * do everything takes as long for each command as the server does; and a worker thread would load all of it for one command in three seconds.
 */
export class Wire {
  readonly #socket: Socket;
  readonly #listener: WireListener;
  readonly #later: Later;
  readonly #writer = new RespWriter();
  /** Of commands without a reply yet: what to call with it, in pairs. */
  #waiting: (OnReply | OnError)[] = [];
  #next = 0;
  #onSubscribed: (() => void) | undefined;
  #isOpen = true;
  #reason: unknown = new Error('The connection has ended');

  /** It may be written to at once, though it is not there yet. */
  constructor({ host, port, tls }: Endpoint, later: Later, listener: WireListener = {}) {
    this.#listener = listener;
    this.#later = later;
    const socket = tls === undefined ? connect({ host, port }) : connectTls({ ...tls, host, port });
    this.#socket = socket;
    const reader = new RespReader(
      // What came in one piece with the reply for which the wire was destroyed is for no caller any more.
      (value) => this.#isOpen && this.#onReply(value),
      (values) => this.#isOpen && this.#onPush(values),
    );
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on('data', (piece: Buffer) => reader.read(piece));
    socket.on('error', (error) => {
      this.#reason = error;
    });
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      if (!this.#isOpen) return;
      this.#fail();
      listener.onEnd?.(this.#reason);
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Says who we are, and chooses the database. @throws {ReplyError} If the server refuses. */
  async greet({ username, password, database }: Endpoint): Promise<void> {
    const credentials = password === undefined ? [] : ['AUTH', username ?? 'default', password];
    const greeting = this.ask(['HELLO', '3', ...credentials]);
    if (database === 0) await greeting;
    else await Promise.all([greeting, this.ask(['SELECT', String(database)])]);
  }

  /** Listens to a channel. */
  subscribe(channel: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onSubscribed = resolve;
      // Its reply is a push. Whether it was refused is known when a command behind it is replied to.
      this.#write(['SUBSCRIBE', channel]);
      this.send(['PING'], () => reject(new Error('The server does not let this user subscribe')), reject);
    });
  }

  /** Sends a command with whatever else is sent in this run of the event loop. */
  send(words: readonly Argument[], onReply: OnReply, onError: OnError): void {
    if (!this.#isOpen) {
      onError(this.#reason);
      return;
    }
    this.#write(words);
    this.#waiting.push(onReply, onError);
  }

  ask(words: readonly Argument[]): Promise<Exclude<RespValue, ReplyError>> {
    return new Promise((resolve, reject) => {
      this.send(words, resolve, reject);
    });
  }

  ref(): void {
    this.#socket.ref();
  }

  /** Lets the process end. */
  unref(): void {
    this.#socket.unref();
  }

  /** Ends it at once. Its listener is not told, but those that wait for replies are. */
  destroy(reason: unknown = this.#reason): void {
    if (!this.#isOpen) return;
    this.#reason = reason;
    this.#fail();
    this.#socket.destroy();
  }

  #write(words: readonly Argument[]): void {
    if (this.#writer.isEmpty) this.#later(this.#flush);
    this.#writer.add(words);
  }

  readonly #flush = (): void => {
    if (this.#isOpen) this.#socket.write(this.#writer.take());
  };

  #fail(): void {
    this.#isOpen = false;
    const waiting = this.#waiting.slice(this.#next);
    this.#waiting = [];
    this.#next = 0;
    for (let i = 1; i < waiting.length; i += 2) (waiting[i] as OnError)(this.#reason);
  }

  #onReply(value: RespValue): void {
    const waiting = this.#waiting;
    const onReply = waiting[this.#next] as OnReply | undefined;
    const onError = waiting[this.#next + 1] as OnError | undefined;
    this.#next += 2;
    if (this.#next === waiting.length) {
      waiting.length = 0;
      this.#next = 0;
    } else if (this.#next >= MANY && 2 * this.#next >= waiting.length) {
      waiting.splice(0, this.#next); // there may be some at every moment, and then it would grow for ever
      this.#next = 0;
    }
    if (value instanceof ReplyError) onError?.(value);
    else onReply?.(value);
  }

  #onPush([kind, , content]: readonly RespValue[]): void {
    if (!Buffer.isBuffer(kind)) return;
    if (kind.length === MESSAGE.length && kind.equals(MESSAGE)) this.#listener.onMessage?.(content as Buffer);
    else if (kind.equals(SUBSCRIBED)) this.#onSubscribed?.();
  }
}

const MESSAGE = Buffer.from('message');
const SUBSCRIBED = Buffer.from('subscribe');
