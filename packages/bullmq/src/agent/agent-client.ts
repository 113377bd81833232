import type { Posting } from '@multiprocess/redis';
import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';
import type { BullClientOptions } from '../link/bull-client.js';

// A job that waits leaves a marker, which wakes one idle worker. BullMQ's scripts that take a job set the marker again, as there may be more jobs;
// so each job that is alone wakes a second worker, which finds nothing. Here that marker is removed before the script ends, if no job waits.

/** A command of BullMQ that takes jobs, and which of its keys are the lists of those that wait, and the marker. */
interface Taker {
  readonly wait: number;
  readonly prioritized: number;
  readonly marker: number;
}

/** By their names without a version. */
const TAKERS: Readonly<Partial<Record<string, Taker>>> = {
  moveToActive: { wait: 1, prioritized: 3, marker: 11 },
  moveToFinished: { wait: 1, prioritized: 3, marker: 14 },
};

type Definition = Parameters<Redis['defineCommand']>[1];

/** What {@link AgentClient.post} is defined as. */
const POST = 'multiprocess:post';

/** A client for BullMQ by which agents take jobs without waking other agents in vain, and report what came of them. */
export class AgentClient extends Redis {
  /** The connections that BullMQ has made of it. */
  readonly #duplicates: AgentClient[] = [];

  override defineCommand(name: string, definition: Definition): void {
    const [plain = ''] = name.split(':');
    const taker = TAKERS[plain];
    const isKnown = taker !== undefined && definition.numberOfKeys === taker.marker;
    super.defineCommand(name, isKnown ? { ...definition, lua: quietly(definition.lua, taker) } : definition);
  }

  /** Puts a report. Resolves when the server has it. @throws what says that the server did not take it */
  async post({ source, args }: Posting): Promise<void> {
    if (!(POST in this)) this.defineCommand(POST, { numberOfKeys: 0, lua: source });
    const send = Reflect.get(this, POST) as (args: Posting['args']) => Promise<unknown>;
    const reply = await send.call(this, args);
    if (reply !== '+') throw new Error(`The server has refused a report: ${String(reply)}`);
  }

  override duplicate(override?: Partial<RedisOptions>): Redis {
    const made = new AgentClient({ ...this.options, ...override } as BullClientOptions);
    this.#duplicates.push(made);
    return made;
  }

  /**
   * Ends the connection. Between two attempts to connect, ioredis would only forget the next one: it would neither tell of the end nor fail
   * what waits for it. Here that attempt is the last one.
   */
  override disconnect(reconnect = false): void {
    if (reconnect || this.status !== 'reconnecting') {
      super.disconnect(reconnect);
      return;
    }
    const { retryStrategy } = this.options;
    const endAtOnce = (): void => super.disconnect();
    this.options.retryStrategy = () => null;
    this.once('connect', endAtOnce);
    this.once('end', () => {
      this.options.retryStrategy = retryStrategy;
      this.off('connect', endAtOnce);
    });
  }

  /** Waits for the server no longer: commands that it has not answered fail, at the next attempt to connect at the latest. */
  giveUp(): void {
    for (const client of [this, ...this.#duplicates]) if (client.status !== 'end') client.disconnect();
  }
}

function quietly(script: string, { wait, prioritized, marker }: Taker): string {
  return `
local function take()
${script}
end
local taken = take()
if redis.call('LLEN', KEYS[${wait}]) == 0 and redis.call('ZCARD', KEYS[${prioritized}]) == 0 then
  redis.call('ZREM', KEYS[${marker}], '0')
end
return taken
`;
}
