import { AuthenticationError, clock, EngineConfigError, LongTimer } from '@multiprocess/shared-memory';
import type { MultiprocessError } from '@multiprocess/shared-memory';
import { Link } from '../link/link.js';
import { channelOf } from '../scripts/keys.js';
import type { SessionSettings } from './settings.js';

/** What it tells the session. */
export interface ConnectingListener {
  onPush(message: Buffer): void;
  /** There is a connection. Until the promise has settled, it may still be thrown away. */
  onLink(link: Link): Promise<void>;
  /** The connection is gone. */
  onEnd(): void;
  /** The server has been away for too long: calls should wait for it no more. */
  onGivenUp(error: Error): void;
  /** Whether calls wait for the server. */
  isNeeded(): boolean;
}

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 500;

/** Sees to it that a session has a connection: opens another one when one has ended, or has been silent for too long. */
export class Connecting {
  /** The id of the session, whose channel connections listen to. */
  session = '';
  /** Why new calls fail at once, if they do. */
  refusal: MultiprocessError | undefined;
  readonly #settings: SessionSettings;
  readonly #listener: ConnectingListener;
  #link: Link | undefined;
  #isTrying = false;
  #isStopped = false;
  #pause: LongTimer | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(settings: SessionSettings, listener: ConnectingListener) {
    this.#settings = settings;
    this.#listener = listener;
  }

  /** Opens the first connection. @throws what tells why there is none */
  async first(session: string): Promise<void> {
    this.session = session;
    await this.#open();
    this.#beginWatch();
  }

  /** Opens connections from now on. */
  begin(session: string): void {
    this.session = session;
    this.#beginWatch();
    void this.#reconnect();
  }

  /** The connection is gone, or of no use. */
  lost(): void {
    this.#link = undefined;
    if (!this.#isTrying && !this.#isStopped) void this.#reconnect();
  }

  /** There is a call that waits for a connection. */
  want(): void {
    this.#pause?.ref();
  }

  stop(): void {
    this.#isStopped = true;
    this.#pause?.cancel();
    clock.clearInterval(this.#watch);
  }

  async #reconnect(): Promise<void> {
    this.#isTrying = true;
    const since = clock.now();
    for (let pause = FIRST_PAUSE_MS; !this.#isStopped; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        await this.#open();
        if (this.#link?.isOpen === true) break;
      } catch (error) {
        const isFinal = error instanceof EngineConfigError || error instanceof AuthenticationError;
        if (isFinal || clock.now() - since > this.#settings.reconnectTimeout) {
          this.refusal = error as MultiprocessError;
          this.#listener.onGivenUp(this.refusal);
        }
      }
      await this.#rest(pause);
    }
    this.#isTrying = false;
  }

  async #open(): Promise<void> {
    const { session } = this;
    const link = await Link.open(await this.#settings.endpoint(), channelOf(this.#settings.prefix, session), {
      onPush: (message) => this.#listener.onPush(message),
      onEnd: (ended) => this.#onEnd(ended),
    });
    try {
      // A connection listens to the channel of the session for which it was opened.
      if (this.#isStopped || session !== this.session) throw new Error('The session is over');
      await this.#listener.onLink(link);
      this.refusal = undefined;
      this.#link = link;
    } catch (error) {
      link.destroy();
      throw error;
    }
  }

  #beginWatch(): void {
    this.#watch = clock.setInterval(() => this.#look(), this.#settings.lease / 4).unref();
  }

  #onEnd(link: Link): void {
    if (link !== this.#link) return;
    this.#listener.onEnd();
    this.lost();
  }

  #rest(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      this.#pause = new LongTimer(milliseconds, resolve);
      if (!this.#listener.isNeeded()) this.#pause.unref();
    });
  }

  /** A cut cable says nothing. A reply that is there already, in an event loop that was busy, is read before the second look. */
  #look(): void {
    const link = this.#link;
    const isSilent = (): boolean => link !== undefined && link.silence > this.#settings.lease / 2;
    if (!isSilent()) return;
    clock.setImmediate(() =>
      clock.setImmediate(() => {
        if (link === undefined || link !== this.#link || !isSilent()) return;
        link.destroy();
        this.#onEnd(link);
      }),
    );
  }
}
