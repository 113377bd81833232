import { LockLostError } from '@multiprocess/shared-memory';

/** Something that this session holds, from the moment when it was granted. */
export class Hold {
  /** Who holds it: session and call. */
  readonly holder: string;
  readonly fence: bigint;
  readonly #lost = new AbortController();

  constructor(holder: string, fence: bigint) {
    this.holder = holder;
    this.fence = fence;
  }

  /** Aborts when it is lost. */
  get signal(): AbortSignal {
    return this.#lost.signal;
  }

  get isLost(): boolean {
    return this.#lost.signal.aborted;
  }

  lose(): void {
    this.#lost.abort(lostError());
  }
}

export function lostError(): LockLostError {
  return new LockLostError(
    'What was held is lost: the server took this program for dead, or lost its data. Another may have it, so change nothing more that it protects',
  );
}
