import { clock, EngineConnectionError, isError } from '@multiprocess/shared-memory';
import type { Compiled } from '../scripts/script.js';
import { addressOf } from './endpoint.js';
import type { Endpoint } from './endpoint.js';
import { openWire } from './open-wire.js';
import type { Argument } from './resp-writer.js';
import { checkServer } from './server-check.js';
import type { ServerFacts } from './server-check.js';
import type { Wire } from './wire.js';

/** What a link tells. */
export interface LinkListener {
  /** A message on the channel. */
  onPush(message: Buffer): void;
  /** The connection is gone. Said once. */
  onEnd(link: Link, reason: unknown): void;
}

/** One connection to the server, which carries commands and pushes, from its beginning to its end. It is never opened again. */
export class Link {
  readonly facts: ServerFacts;
  readonly endpoint: Endpoint;
  readonly #wire: Wire;
  /** Scripts that the server has had over this connection. */
  readonly #known = new Set<string>();
  #outstanding = 0;
  #lastReply = clock.now();

  private constructor(wire: Wire, facts: ServerFacts, endpoint: Endpoint) {
    this.#wire = wire;
    this.facts = facts;
    this.endpoint = endpoint;
  }

  /** Connects, checks the server, and listens to `channel`. */
  static async open(endpoint: Endpoint, channel: string, listener: LinkListener): Promise<Link> {
    const made: { link?: Link } = {};
    const { wire, prepared } = await openWire(
      endpoint,
      {
        onMessage: (message) => listener.onPush(message),
        onEnd(reason) {
          if (made.link !== undefined) listener.onEnd(made.link, reason);
        },
      },
      async (opened) => {
        const facts = checkServer(String(await opened.ask(['INFO'])));
        if (facts.isReplica) {
          throw new EngineConnectionError(
            `The server at ${addressOf(endpoint)} is a replica: give the address of its master, or sentinel: { name, nodes }`,
          );
        }
        await opened.subscribe(channel);
        return facts;
      },
    );
    made.link = new Link(wire, prepared, endpoint);
    return made.link;
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
    this.#send(
      words,
      (reply) => onReply(reply as Buffer), // all scripts return texts
      (error) => {
        if (!isError(error) || !error.message.startsWith('NOSCRIPT')) {
          onError(error);
          return;
        }
        this.#known.delete(script.sha);
        this.call(script, args, onReply, onError);
      },
    );
  }

  /** How many replicas have what was sent before: as many as asked for, or after `timeout` ms fewer. */
  wait(replicas: number, timeout: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#send(['WAIT', String(replicas), String(timeout)], (found) => resolve(Number(found)), reject);
    });
  }

  get isOpen(): boolean {
    return this.#wire.isOpen;
  }

  /** For how many milliseconds it has been owing a reply. */
  get silence(): number {
    return this.#outstanding === 0 ? 0 : clock.now() - this.#lastReply;
  }

  ref(): void {
    this.#wire.ref();
  }

  /** Lets the process end. */
  unref(): void {
    this.#wire.unref();
  }

  /** Ends it at once. Its listener is not told. */
  destroy(): void {
    this.#wire.destroy();
  }

  #send(words: readonly Argument[], onReply: (reply: unknown) => void, onError: (error: unknown) => void): void {
    if (this.#outstanding++ === 0) this.#lastReply = clock.now();
    this.#wire.send(
      words,
      (reply) => {
        this.#answered();
        onReply(reply);
      },
      (error) => {
        this.#answered();
        onError(error);
      },
    );
  }

  #answered(): void {
    this.#outstanding--;
    this.#lastReply = clock.now();
  }
}
