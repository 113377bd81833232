import { clock } from '@multiprocess/shared-memory';

/** How long it lasts when nothing is left to do: to end it, and to begin it again, for each of many calls one after the other costs as much as a call. */
const LINGER_MS = 50;

/** What an activity tells. */
interface ActivityListener {
  onBegin(): void;
  onEnd(): void;
}

/** Whether there is something to do, or was a moment ago. */
export class Activity {
  readonly #listener: ActivityListener;
  #isOn = false;
  #hasWork = false;
  /** Since when there is nothing to do, on the clock of this process. */
  #idleSince = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(listener: ActivityListener) {
    this.#listener = listener;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** There is something to do. */
  begin(): void {
    this.#hasWork = true;
    if (this.#isOn) return;
    this.#isOn = true;
    this.#listener.onBegin();
  }

  /** There is nothing to do: ends in a moment, if that stays so. Keeps the event loop alive until then. */
  endSoon(): void {
    this.#hasWork = false;
    this.#idleSince = clock.now();
    this.#timer ??= clock.setTimeout(this.#onTime, LINGER_MS);
  }

  end(): void {
    clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isOn) return;
    this.#isOn = false;
    this.#listener.onEnd();
  }

  readonly #onTime = (): void => {
    this.#timer = undefined;
    if (this.#hasWork) return;
    const left = this.#idleSince + LINGER_MS - clock.now();
    if (left > 0) this.#timer = clock.setTimeout(this.#onTime, Math.ceil(left));
    else this.end();
  };
}
