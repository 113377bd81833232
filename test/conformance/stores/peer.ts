import { startChild } from '../../helpers/children.js';
import type { Child } from '../../helpers/children.js';
import { until } from '../../helpers/until.js';
import type { Reach } from './stores.js';

const program = new URL('fixtures/peer.mjs', import.meta.url);

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** Another process that has an object of a store. It is killed when the test ends. */
export class Peer {
  readonly child: Child;
  #calls = 0;

  private constructor(child: Child) {
    this.child = child;
  }

  /** Resolves when it has the object. */
  static async start(reach: Reach, object: { readonly handle: string }): Promise<Peer> {
    const child = startChild(program, { args: [JSON.stringify(reach), object.handle] });
    await child.line('ready');
    return new Peer(child);
  }

  /** Calls a method there. An error is rejected as one with its name. It is for ever pending if the peer is killed before. */
  call(method: string, ...args: unknown[]): Promise<unknown> {
    const id = this.#calls++;
    this.child.say(JSON.stringify({ id, method, args }));
    const answer = this.#answer(id);
    answer.catch(() => undefined); // it may be looked at later, or not at all
    return answer;
  }

  /** Calls a method there that waits, and resolves when the store knows of it: a later call has been answered. */
  async begin(method: string, later: string, ...args: unknown[]): Promise<{ readonly result: Promise<unknown> }> {
    const result = this.call(method, ...args);
    await this.call(later);
    return { result };
  }

  async kill(): Promise<void> {
    await this.child.kill();
  }

  async #answer(id: number): Promise<unknown> {
    const begin = `{"id":${id},`;
    let isKilled = false;
    void this.child.exit.then(() => (isKilled = true));
    const line = await until(() => this.child.lines.find((one) => one.startsWith(begin)) ?? (isKilled ? 'killed' : ''));
    if (line === 'killed') return new Promise(() => undefined);
    const { result, error } = JSON.parse(line) as Answer;
    if (error !== undefined) throw Object.assign(new Error(`the peer got a ${error}`), { name: error });
    return result;
  }
}
