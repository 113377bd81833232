import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import { markKilled } from '../helpers/segment-directory.js';
import type { Shared } from './implementations.js';

const program = new URL('fixtures/peer.mjs', import.meta.url);

/** What a peer is asked to do; see fixtures/peer.mjs. */
export interface Request {
  readonly action: 'self' | 'tryLock' | 'unlock' | 'lock' | 'change' | 'count' | 'alternate';
  readonly form?: 'block' | 'await';
  readonly timeout?: number;
  readonly was?: number;
  readonly times?: number;
  readonly odd?: number;
}

/** How a peer runs: messages to it, and its end. */
interface Carrier {
  post(message: object): void;
  /** Ends it at once, whatever it is doing. */
  end(): Promise<unknown>;
}

interface Answer {
  readonly id: number;
  readonly began?: boolean;
  readonly result?: unknown;
}

/** Another thread that shares the words of a test. */
export class Peer {
  readonly #carrier: Carrier;
  readonly #answers = new Map<number, (result: unknown) => void>();
  #asked = 0;

  private constructor(carry: (onMessage: (answer: Answer) => void) => Carrier) {
    this.#carrier = carry(({ id, began, result }) => {
      if (began !== true) this.#answers.get(id)?.(result);
    });
    onTestFinished(async () => {
      await this.end();
    });
  }

  static async start(kind: 'process' | 'thread', shared: Shared, number: number): Promise<Peer> {
    const data = { shared, peer: number };
    const peer = new Peer((onMessage) => (kind === 'process' ? carryByProcess : carryByThread)(data, onMessage));
    await new Promise((resolve) => peer.#answers.set(-1, resolve));
    return peer;
  }

  /** What came of it; for ever pending if the peer is ended first. */
  ask(request: Request): Promise<unknown> {
    const id = this.#asked++;
    return new Promise((resolve) => {
      this.#answers.set(id, resolve);
      this.#carrier.post({ id, ...request });
    });
  }

  end(): Promise<unknown> {
    return this.#carrier.end();
  }
}

function carryByProcess(data: object, onMessage: (answer: Answer) => void): Carrier {
  const child = fork(fileURLToPath(program), [JSON.stringify(data)], { execArgv: [] });
  child.on('message', onMessage);
  const exit = new Promise((resolve) => child.once('exit', resolve));
  return {
    post: (message) => void child.send(message),
    end: () => {
      if (child.kill('SIGKILL')) markKilled();
      return exit;
    },
  };
}

function carryByThread(data: object, onMessage: (answer: Answer) => void): Carrier {
  const worker = new Worker(program, { workerData: data, execArgv: [] });
  worker.on('message', onMessage);
  return { post: (message) => worker.postMessage(message), end: () => worker.terminate() };
}
