import type { Failure, Snapshot } from '../../snapshot/snapshot.js';

/** How the page is connected with its server. */
export type State = 'connecting' | 'live' | 'lost' | 'refused' | 'silent';

interface Handlers {
  onSnapshot(snapshot: Snapshot): void;
  onFailure(failure: Failure): void;
  onState(state: State): void;
}

/** A server that looks once a second has been stopped, or sleeps with its machine, if it says nothing for so long. */
const SILENCE_MS = 5000;
const RETRY_MS = 1000;

/** Receives what the server sees, and connects again when the connection is lost. */
export class Connection {
  readonly #handlers: Handlers;
  #watch: ReturnType<typeof setTimeout> | undefined;

  constructor(handlers: Handlers) {
    this.#handlers = handlers;
    this.#open();
  }

  #open(): void {
    const source = new EventSource('events');
    const heard = (): void => {
      this.#handlers.onState('live');
      clearTimeout(this.#watch);
      this.#watch = setTimeout(() => {
        this.#handlers.onState('silent');
      }, SILENCE_MS);
    };
    source.addEventListener('snapshot', ({ data }: MessageEvent<string>) => {
      heard();
      this.#handlers.onSnapshot(JSON.parse(data) as Snapshot);
    });
    source.addEventListener('failure', ({ data }: MessageEvent<string>) => {
      heard();
      this.#handlers.onFailure(JSON.parse(data) as Failure);
    });
    source.addEventListener('error', () => {
      source.close(); // its own retries end at the first answer that is no stream
      clearTimeout(this.#watch);
      void this.#tryAgain();
    });
  }

  /** A server that was started anew at the same port refuses this page, which has the cookie of the old one. */
  async #tryAgain(): Promise<void> {
    const status = await fetch('icon.svg', { cache: 'no-store' }).then(
      (answer) => answer.status,
      () => undefined,
    );
    this.#handlers.onState(status === 403 ? 'refused' : 'lost');
    setTimeout(() => {
      this.#open();
    }, RETRY_MS);
  }
}
