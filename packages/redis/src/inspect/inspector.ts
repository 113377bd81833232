import { types } from 'node:util';
import { LongTimer } from '@multiprocess/shared-memory';
import { newClient } from '../link/client.js';
import type { Client } from '../link/client.js';
import { addressOf } from '../link/endpoint.js';
import type { Credentials } from '../link/endpoint.js';
import { connectFailure } from '../link/explain-failure.js';
import { checkConnectOptions } from '../store/connect-options.js';

/** How a server is looked at. */
export interface InspectOptions extends Credentials {
  /** That of the programs whose objects are meant. Default: `mp`. */
  readonly prefix?: string | undefined;
}

/** What a server replies to a command: bytes as text. */
type Answer = string | number | null | readonly Answer[];

const CONNECT_TIMEOUT = 5000;

/** A connection that only reads, and belongs to no session. */
export class Inspector {
  readonly address: string;
  /** Before all keys; ends with a colon. */
  readonly prefix: string;
  readonly #client: Client;

  private constructor(address: string, prefix: string, client: Client) {
    this.address = address;
    this.prefix = prefix;
    this.#client = client;
  }

  /**
   * Connects, calls `look`, and hangs up.
   *
   * @throws {@link EngineConnectionError} if the server cannot be reached.
   * @throws {@link AuthenticationError} if it refuses the credentials.
   */
  static async use<R>(
    url: string | undefined,
    options: InspectOptions,
    look: (inspector: Inspector) => Promise<R>,
  ): Promise<R> {
    const { endpoint, settings } = checkConnectOptions(url, options);
    const address = addressOf(endpoint);
    const client = newClient(endpoint);
    let failure: unknown;
    client.on('error', (error: unknown) => {
      failure = error;
    });
    const timer = new LongTimer(CONNECT_TIMEOUT, () => {
      failure = new Error(`no answer within ${CONNECT_TIMEOUT} ms`);
      client.destroy();
    });
    try {
      await client.connect();
      await client.sendCommand(['PING']); // a server that is not ours may accept a connection, too
    } catch (error) {
      throw connectFailure(failure ?? error, address);
    } finally {
      timer.cancel();
    }
    try {
      return await look(new Inspector(address, settings.prefix, client));
    } finally {
      client.destroy();
    }
  }

  /** Has the server do a command. Rejects with its error. */
  async ask(...words: string[]): Promise<Answer> {
    return asText(await this.#client.sendCommand(words, { timeout: 0 }));
  }

  /** The same, for a reply that is a list. */
  async list(...words: string[]): Promise<string[]> {
    const reply = await this.ask(...words);
    return Array.isArray(reply) ? reply.map(String) : [];
  }
}

function asText(reply: unknown): Answer {
  if (reply === null || typeof reply === 'number') return reply;
  if (Buffer.isBuffer(reply)) return reply.toString();
  if (Array.isArray(reply)) return reply.map(asText);
  if (types.isMap(reply)) return [...reply].flat().map(asText);
  if (typeof reply === 'object') return Object.entries(reply).flat().map(asText);
  return reply as string;
}
