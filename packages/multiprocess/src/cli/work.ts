import nodeProcess from 'node:process';
import { clock, LongTimer } from '@multiprocess/shared-memory';
import type { Command } from './command.js';
import { optionalPackage } from './optional-package.js';

const STATUS_MS = 500;
const FINISH_MS = 30_000;
const URL_VARIABLE = 'MULTIPROCESS_REDIS_URL';
const CLEAR_LINE = '\r\x1b[K';

/** Counts of an agent. */
interface Stats {
  readonly running: number;
  readonly completed: number;
  readonly failed: number;
  readonly refused: number;
  readonly givenBack: number;
  readonly replaced: number;
}

/** What the command line uses of the package for many hosts. */
interface Agent {
  ready(): Promise<void>;
  stats(): Stats;
  close(): void;
  terminate(): void;
  join(): Promise<boolean>;
}

type AgentClass = new (url: string, options: object) => Agent;

/** Runs the jobs of a queue on this host until a signal ends it. */
export const work: Command = {
  synopsis: 'work [URL] --queue NAME [--processes N] [--directory D] [--prefix P] [--serializer S] [--finish MS]',
  summary: 'runs the jobs of a DistributedPool on this host; SIGTERM lets it finish those that it has',
  allowPositionals: true,
  options: {
    queue: { type: 'string' },
    processes: { type: 'string' },
    directory: { type: 'string' },
    prefix: { type: 'string' },
    serializer: { type: 'string' },
    finish: { type: 'string' },
  },
  async run({ queue, processes, directory, prefix, serializer, finish }, [given]) {
    const url = given ?? process.env[URL_VARIABLE];
    if (url === undefined || url === '') throw new Error(`Give the URL of the server, or set ${URL_VARIABLE}`);
    if (typeof queue !== 'string') throw new Error('Give the name of the queue: --queue resize');
    const { Agent } = (await optionalPackage('@multiprocess/bullmq', 'work')) as { readonly Agent?: AgentClass };
    if (Agent === undefined) throw new Error('@multiprocess/bullmq has no Agent: install the version of this package');
    const agent = new Agent(url, {
      queue,
      processes: numberOf('processes', processes),
      directory,
      connection: { prefix, serializer },
    });
    await agent.ready();
    endBySignal(agent, numberOf('finish', finish) ?? FINISH_MS);
    await showUntilEnd(agent, queue);
    return 0;
  },
};

/** @throws {@link Error} if it is given and is no number. */
function numberOf(option: string, text: unknown): number | undefined {
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^\d+$/.test(text)) return Number(text);
  throw new Error(`--${option} must be a whole number, received ${JSON.stringify(text)}`);
}

/** The first signal lets jobs end; the second, or the end of their time, gives them back. */
function endBySignal(agent: Agent, finishMs: number): void {
  let isEnding = false;
  const end = (): void => {
    if (isEnding) {
      agent.terminate();
      return;
    }
    isEnding = true;
    agent.close();
    new LongTimer(finishMs, () => agent.terminate()).unref();
  };
  nodeProcess.on('SIGTERM', end);
  nodeProcess.on('SIGINT', end);
}

/** On a terminal, a line that changes; else one at the start and one at the end. */
async function showUntilEnd(agent: Agent, queue: string): Promise<void> {
  const { stdout } = process;
  const { isTTY } = stdout;
  const show = (): void => void stdout.write(`${CLEAR_LINE}${statusOf(queue, agent.stats())}`);
  if (!isTTY) stdout.write(`Takes jobs of ${queue}\n`);
  const timer = isTTY ? clock.setInterval(show, STATUS_MS) : undefined;
  try {
    await agent.join();
  } finally {
    clock.clearInterval(timer);
    stdout.write(`${isTTY ? CLEAR_LINE : ''}${statusOf(queue, agent.stats())}\n`);
  }
}

function statusOf(queue: string, { running, completed, failed, refused, givenBack, replaced }: Stats): string {
  const counts = { running, completed, failed, refused, 'given back': givenBack, 'workers replaced': replaced };
  const shown = Object.entries(counts).filter(
    ([name, count]) => count > 0 || name === 'running' || name === 'completed',
  );
  return `${queue}: ${shown.map(([name, count]) => `${count} ${name}`).join(', ')}`;
}
