import { addressOf } from '../link/endpoint.js';
import type { Credentials } from '../link/endpoint.js';
import { openWire } from '../link/open-wire.js';
import type { RespValue } from '../link/resp-reader.js';
import type { Wire } from '../link/wire.js';
import { checkConnectOptions } from '../store/connect-options.js';

/** How a server is looked at. */
export interface InspectOptions extends Credentials {
  /** That of the programs whose objects are meant. Default: `mp`. */
  readonly prefix?: string | undefined;
}

/** What a server replies to a command: bytes as text. */
type Answer = string | number | null | readonly Answer[];

/** A connection that only reads, and belongs to no session. */
export class Inspector {
  readonly address: string;
  /** Before all keys; ends with a colon. */
  readonly prefix: string;
  readonly #wire: Wire;

  private constructor(address: string, prefix: string, wire: Wire) {
    this.address = address;
    this.prefix = prefix;
    this.#wire = wire;
  }

  /**
   * Connects, calls `look`, and hangs up.
   *
   * @throws {EngineConnectionError} If the server cannot be reached.
   * @throws {AuthenticationError} If it refuses the credentials.
   */
  static async use<R>(
    url: string | undefined,
    options: InspectOptions,
    look: (inspector: Inspector) => Promise<R>,
  ): Promise<R> {
    const { endpoint, settings } = checkConnectOptions(url, options);
    const { wire } = await openWire(endpoint, {}, () => Promise.resolve());
    try {
      return await look(new Inspector(addressOf(endpoint), settings.prefix, wire));
    } finally {
      wire.destroy();
    }
  }

  /** Has the server do a command. Rejects with its error. */
  async ask(...words: string[]): Promise<Answer> {
    return asText(await this.#wire.ask(words));
  }

  /** The same, for a reply that is a list. */
  async list(...words: string[]): Promise<string[]> {
    const reply = await this.ask(...words);
    return Array.isArray(reply) ? reply.map(String) : [];
  }
}

function asText(reply: RespValue): Answer {
  if (Buffer.isBuffer(reply)) return reply.toString();
  return Array.isArray(reply) ? reply.map(asText) : (reply as number | null);
}
