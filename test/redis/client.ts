import type { ConnectOptions } from '@multiprocess/redis';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { until } from '../helpers/until.js';

const PROGRAM = new URL('../redis/fixtures/client.mjs', import.meta.url);

interface ClientStart {
  readonly options?: ConnectOptions;
  readonly env?: NodeJS.ProcessEnv;
  readonly execArgv?: readonly string[];
}

/** Another program with a store. It is killed when the test ends. */
export class Client {
  readonly child: Child;
  #lines = 0;

  private constructor(child: Child) {
    this.child = child;
  }

  static async start(url: string, { options = {}, env, execArgv }: ClientStart = {}): Promise<Client> {
    const child = startChild(PROGRAM, {
      args: [url, JSON.stringify(options)],
      ...(env !== undefined && { env }),
      ...(execArgv !== undefined && { execArgv }),
    });
    await child.line('ready');
    return new Client(child);
  }

  get pid(): number {
    return this.child.pid;
  }

  /** Has it run the body of an async function of `store` and `own`, on one line. Rejects with an error whose message is the code of its error. */
  run(body: string): Promise<unknown> {
    const id = this.#lines++;
    this.child.say(body.replaceAll('\n', ' '));
    const answer = this.#answer(id);
    answer.catch(() => undefined); // it may be looked at later, or not at all
    return answer;
  }

  /** Kills it as `kill -9` does. */
  async kill(): Promise<void> {
    await this.child.kill();
  }

  /** Stops it for the moment. */
  stop(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  /** Lets it go on. */
  resume(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  async #answer(id: number): Promise<unknown> {
    const begin = `{"id":${id},`;
    const line = await until(() => this.child.lines.find((one) => one.startsWith(begin)) ?? '');
    const { result, error } = JSON.parse(line) as { result?: unknown; error?: string };
    if (error !== undefined) throw new Error(error);
    return result;
  }
}
