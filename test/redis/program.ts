import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { isStopped } from '../helpers/is-stopped.js';
import { until } from '../helpers/until.js';

const file = new URL('fixtures/program.mjs', import.meta.url);

/** How a program connects; see the options of `connect`. */
export interface ProgramOptions {
  readonly lease?: number;
  readonly grace?: number;
  readonly reconnectTimeout?: number;
  readonly minReplicas?: number;
  readonly sentinel?: object;
  readonly prefix?: string;
}

/** Which object is meant, and what it is made with. */
export interface Named {
  readonly kind: string;
  readonly name: string;
  readonly made?: readonly unknown[];
}

interface Message {
  readonly id?: number;
  readonly event?: string;
  readonly item?: number;
  readonly at?: number;
  readonly result?: unknown;
  readonly error?: string;
  readonly message?: string;
}

/** What a guard says of itself, with the time on the machine's monotonic clock, in milliseconds. */
export interface Held {
  readonly at: number;
  readonly fence: string;
  readonly lost: boolean;
}

/** A program that shares nothing with the test but a server. It is killed when the test ends. */
export class Program {
  readonly child: Child;
  #calls = 0;
  #read = 0;
  #isEnded = false;
  readonly #messages: Message[] = [];
  readonly #answers = new Map<number, Message>();

  private constructor(child: Child) {
    this.child = child;
    void child.exit.then(() => (this.#isEnded = true));
  }

  /** Resolves when it is connected. */
  static async start(url: string, options: ProgramOptions = {}, execArgv: readonly string[] = []): Promise<Program> {
    const child = startChild(file, { args: [url, JSON.stringify(options)], execArgv });
    await child.line('{"event":"ready"}');
    return new Program(child);
  }

  /** All that it has said so far. */
  get messages(): readonly Message[] {
    for (; this.#read < this.child.lines.length; this.#read++) {
      const message = JSON.parse(this.child.lines[this.#read]!) as Message;
      this.#messages.push(message);
      if (message.id !== undefined) this.#answers.set(message.id, message);
    }
    return this.#messages;
  }

  /** The items of its messages of that name, in their order. */
  items(event: 'put' | 'got' | 'done'): number[] {
    return this.messages.filter((one) => one.event === event).map(({ item }) => item ?? NaN);
  }

  /** Waits for a message of that name. */
  event(name: string): Promise<Message> {
    return until(() => this.messages.find(({ event }) => event === name)!);
  }

  /** Calls a method of an object. An error is rejected as one of its name and message. For ever pending if it is killed. */
  call(object: Named, method: string, ...args: unknown[]): Promise<unknown> {
    return this.ask({ action: 'call', ...object, method, args });
  }

  /** Calls a method that waits, and resolves when the server knows: it has answered a later call. */
  async begin(
    object: Named,
    method: string,
    later: string,
    ...args: unknown[]
  ): Promise<{ readonly result: Promise<unknown> }> {
    const result = this.call(object, method, ...args);
    await this.call(object, later);
    return { result };
  }

  /** Holds it by `hold()`. When the guard's signal aborts, it says `lost NAME`. */
  async hold(object: Named): Promise<Held> {
    return (await this.ask({ action: 'hold', ...object })) as Held;
  }

  async guard(name: string): Promise<{ readonly lost: boolean }> {
    return (await this.ask({ action: 'guard', name })) as { lost: boolean };
  }

  ask(request: object): Promise<unknown> {
    const id = this.#calls++;
    this.child.say(JSON.stringify({ id, ...request }));
    const answer = this.#answer(id);
    answer.catch(() => undefined); // it may be looked at later, or not at all
    return answer;
  }

  async kill(): Promise<void> {
    await this.child.kill();
  }

  /** SIGSTOP, as for a machine that has been frozen. */
  async stop(): Promise<void> {
    process.kill(this.child.pid, 'SIGSTOP');
    await until(() => isStopped(this.child.pid));
  }

  /** SIGCONT. */
  resume(): void {
    process.kill(this.child.pid, 'SIGCONT');
  }

  async #answer(id: number): Promise<unknown> {
    await until(() => this.messages.length > 0 && (this.#answers.has(id) || this.#isEnded));
    const answer = this.#answers.get(id);
    if (answer === undefined) return new Promise(() => undefined); // it was killed before
    const { result, error, message: text } = answer;
    if (error !== undefined) throw Object.assign(new Error(text), { name: error });
    return result;
  }
}
