import { clock, EngineConnectionError, isError, LongTimer } from '@multiprocess/shared-memory';
import type { Compiled } from '../scripts/script.js';
import { newClient, OPTIONS } from './client.js';
import type { Client } from './client.js';
import { addressOf } from './endpoint.js';
import type { Endpoint } from './endpoint.js';
import { connectFailure } from './explain-failure.js';
import { checkServer } from './server-check.js';
import type { ServerFacts } from './server-check.js';

/** What is sent to the server. */
export type Argument = string | Buffer;

/** What a link tells. */
export interface LinkListener {
  /** A message on the channel. */
  onPush(message: Buffer): void;
  /** The connection is gone. Said once. */
  onEnd(link: Link, reason: unknown): void;
}

const CONNECT_TIMEOUT = 5000;

/** One connection to the server, which carries commands and pushes, from its beginning to its end. It is never opened again. */
export class Link {
  readonly facts: ServerFacts;
  readonly endpoint: Endpoint;
  readonly #client: Client;
  /** Scripts that the server has had over this connection. */
  readonly #known = new Set<string>();
  #outstanding = 0;
  #lastReply = clock.now();

  private constructor(client: Client, facts: ServerFacts, endpoint: Endpoint) {
    this.#client = client;
    this.facts = facts;
    this.endpoint = endpoint;
  }

  /** Connects, checks the server, and listens to `channel`. */
  static async open(endpoint: Endpoint, channel: string, listener: LinkListener): Promise<Link> {
    const client = newClient(endpoint);
    let failure: unknown;
    let link: Link | undefined;
    client.on('error', (error: unknown) => {
      failure = error;
    });
    client.on('terminated', (error: unknown) => {
      if (link !== undefined) listener.onEnd(link, error);
    });
    const timer = new LongTimer(CONNECT_TIMEOUT, () => {
      failure = new Error(`no answer within ${CONNECT_TIMEOUT} ms`);
      client.destroy();
    });
    try {
      await client.connect();
      const info = await client.sendCommand<Buffer>(['INFO'], OPTIONS);
      const facts = checkServer(String(info));
      if (facts.isReplica) {
        throw new EngineConnectionError(
          `The server at ${addressOf(endpoint)} is a replica: give the address of its master, or sentinel: { name, nodes }`,
        );
      }
      await client.subscribe(channel, (message) => listener.onPush(message), true);
      if (!client.isReady) throw failure;
      link = new Link(client, facts, endpoint);
      return link;
    } catch (error) {
      client.destroy();
      throw connectFailure(failure ?? error, addressOf(endpoint));
    } finally {
      timer.cancel();
    }
  }

  /** Runs a script. The server gets its source once in a connection; later, or if it forgot it, its name will do. */
  run(script: Compiled, args: readonly Argument[]): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.call(script, args, resolve, reject);
    });
  }

  /** The same, with functions to be called, which costs less than a promise. */
  call(
    script: Compiled,
    args: readonly Argument[],
    onReply: (reply: Buffer) => void,
    onError: (error: unknown) => void,
  ): void {
    const isKnown = this.#known.has(script.sha);
    if (!isKnown) this.#known.add(script.sha);
    const words = isKnown ? ['EVALSHA', script.sha, '0', ...args] : ['EVAL', script.source, '0', ...args];
    this.#send(words).then(onReply, (error: unknown) => {
      if (!isError(error) || !error.message.startsWith('NOSCRIPT')) {
        onError(error);
        return;
      }
      this.#known.delete(script.sha);
      this.call(script, args, onReply, onError);
    });
  }

  /** How many replicas have what was sent before: as many as asked for, or after `timeout` ms fewer. */
  async wait(replicas: number, timeout: number): Promise<number> {
    return Number(await this.#send(['WAIT', String(replicas), String(timeout)]));
  }

  get isOpen(): boolean {
    return this.#client.isReady;
  }

  /** For how many milliseconds it has been owing a reply. */
  get silence(): number {
    return this.#outstanding === 0 ? 0 : clock.now() - this.#lastReply;
  }

  ref(): void {
    this.#client.ref();
  }

  /** Lets the process end. */
  unref(): void {
    this.#client.unref();
  }

  /** Ends it at once. Its listener is not told. */
  destroy(): void {
    this.#client.destroy();
  }

  #send(words: Argument[]): Promise<Buffer> {
    if (this.#outstanding++ === 0) this.#lastReply = clock.now();
    const reply = this.#client.sendCommand<Buffer>(words, OPTIONS);
    reply.then(this.#onAnswered, this.#onAnswered);
    return reply;
  }

  readonly #onAnswered = (): void => {
    this.#outstanding--;
    this.#lastReply = clock.now();
  };
}
