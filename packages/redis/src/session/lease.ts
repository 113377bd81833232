import { Worker } from 'node:worker_threads';
import { clock, LongTimer, programFile } from '@multiprocess/shared-memory';
import type { Endpoint } from '../link/endpoint.js';
import type { Compiled } from '../scripts/script.js';
import { sweep } from '../scripts/sessions.js';
import { NANOSECONDS_PER_MS, TRUSTED_SHARE } from './renewal.js';
import type { Renewal, RenewalStart } from './renewal.js';
import type { SessionSettings } from './settings.js';

const RENEWER_MAIN = {
  program: 'renewer-main.js',
  of: '@multiprocess/redis',
  beside() {
    return new URL('./renewer-main.js', import.meta.url);
  },
};

/**
 * The lease of a session, which a worker thread renews, so that no busy event loop loses it.
 *
 * When nine tenths of it are over by this machine's monotonic clock, the session is given up here, whatever the server still thinks: it
 * was counted from before the server was asked, so no other session has been given anything before that moment.
 */
export class Lease {
  /** The script that renews and sweeps. */
  readonly script: Compiled;
  readonly #settings: SessionSettings;
  readonly #onOver: () => void;
  /** When it is over, on the clock that all threads share; written here when a session begins, and by the worker. */
  readonly #end = new BigInt64Array(new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT));
  #worker: Worker | undefined;
  /** What it renews. */
  #renewal: Renewal | undefined;
  #timer: LongTimer | undefined;
  #session = '';

  constructor(settings: SessionSettings, onOver: () => void) {
    this.#settings = settings;
    this.#onOver = onOver;
    this.script = sweep.compile(settings.prefix);
  }

  /** The session has a connection, and a lease that it asked for at `asked` on {@link clock}. */
  begin(session: string, asked: number, endpoint: Endpoint): void {
    const end = asked + this.#settings.lease * TRUSTED_SHARE;
    const left = BigInt(Math.floor((end - clock.now()) * NANOSECONDS_PER_MS));
    Atomics.store(this.#end, 0, clock.hrtime.bigint() + left);
    this.#session = session;
    const renewal: Renewal = { session, endpoint };
    this.#renewal = renewal;
    if (this.#worker === undefined) this.#start(renewal);
    else this.#worker.postMessage(renewal);
    this.#watch();
  }

  stop(): void {
    this.#renewal = undefined;
    this.#timer?.cancel();
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  #start(renewal: Renewal): void {
    const { lease } = this.#settings;
    const workerData: RenewalStart = { ...renewal, lease, end: this.#end, script: this.script.source };
    const worker = new Worker(programFile(RENEWER_MAIN), { workerData, env: {}, execArgv: [] });
    worker.on('message', (lost: string) => {
      if (lost === this.#session) this.#over();
    });
    worker.on('error', () => undefined); // what follows is its end
    worker.on('exit', () => {
      if (worker === this.#worker) this.#restart();
    });
    worker.unref(); // after its listeners, which would keep the program alive
    this.#worker = worker;
  }

  /** It should not end, but for want of memory perhaps. */
  #restart(): void {
    this.#worker = undefined;
    clock
      .setTimeout(() => {
        if (this.#worker === undefined && this.#renewal !== undefined) this.#start(this.#renewal);
      }, this.#settings.lease / 20)
      .unref();
  }

  #watch(): void {
    this.#timer?.cancel();
    const left = Number(Atomics.load(this.#end, 0) - clock.hrtime.bigint()) / NANOSECONDS_PER_MS;
    this.#timer = new LongTimer(Math.max(0, left), () => {
      if (Atomics.load(this.#end, 0) > clock.hrtime.bigint()) this.#watch();
      else this.#over();
    }).unref();
  }

  #over(): void {
    this.#timer?.cancel();
    this.#session = '';
    this.#onOver();
  }
}
