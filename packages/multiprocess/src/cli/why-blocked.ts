import type { InspectedThread } from '@multiprocess/shared-memory';
import { WRONG_USAGE } from './command.js';
import type { Command } from './command.js';
import { describeCircle, describeWaits, findCircles, waitsOf } from '../inspect/explain-waits.js';
import type { Circle } from '../inspect/explain-waits.js';
import { lookForWaits } from '../inspect/look-for-waits.js';

/** Tells what a process waits for, and which threads hold that. */
export const whyBlocked: Command = {
  synopsis: 'why-blocked <pid> | --all [--json]',
  summary:
    'what a process waits for, or every one that waits; which threads hold that, and whether they wait in a circle',
  options: { json: { type: 'boolean' }, all: { type: 'boolean' } },
  allowPositionals: true,
  async run({ json, all }, positionals) {
    if (all === true && positionals.length === 0) {
      const waiting = await threadsThat((thread) => waitsOf(thread).length > 0);
      const none = json !== true && waiting.length === 0;
      process.stdout.write(`${none ? 'No thread waits for anything of this toolkit.' : explain(waiting, json)}\n`);
      return 0;
    }
    const pid = Number(positionals[0]);
    if (all === true || positionals.length !== 1 || !Number.isInteger(pid) || pid < 1) {
      process.stderr.write(
        `why-blocked needs one process id or --all, received ${JSON.stringify(positionals.join(' '))}\n`,
      );
      return WRONG_USAGE;
    }
    const threads = await threadsThat((thread) => thread.pid === pid);
    if (threads.length === 0) {
      process.stderr.write(`No thread of process ${pid} uses this toolkit, or the process has ended\n`);
      return 1;
    }
    process.stdout.write(`${explain(threads, json)}\n`);
    return 0;
  },
};

function explain(threads: readonly InspectedThread[], json: unknown): string {
  const circles = findCircles(threads);
  return json === true ? asJson(threads, circles) : asText(threads, circles);
}

/** The threads of that kind, as of the look that showed the most waits. */
async function threadsThat(isMeant: (thread: InspectedThread) => boolean): Promise<InspectedThread[]> {
  const { threads } = await lookForWaits();
  return threads.filter(isMeant);
}

function asText(threads: readonly InspectedThread[], circles: readonly Circle[]): string {
  return [describeWaits(threads), ...circles.map(describeCircle)].join('\n\n');
}

function asJson(threads: readonly InspectedThread[], circles: readonly Circle[]): string {
  const wait = ({ object, holder }: ReturnType<typeof waitsOf>[number]): object => ({
    kind: object?.kind,
    name: object?.name,
    holder: holder && { pid: holder.pid, threadId: holder.threadId },
  });
  return JSON.stringify({
    threads: threads.map(({ pid, threadId, blockedOn, awaits }) => ({
      pid,
      threadId,
      blockedOn: blockedOn && wait(blockedOn),
      awaits: awaits.map(wait),
    })),
    circles: circles.map(({ threads: members, isDeadlock }) => ({
      threads: members.map(({ pid, threadId }) => ({ pid, threadId })),
      isDeadlock,
    })),
  });
}
