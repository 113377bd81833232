import { clock, inspectObjects } from '@multiprocess/shared-memory';
import type { InspectedThread } from '@multiprocess/shared-memory';
import type { Command } from './command.js';
import { describeWaits, findCircles, nameThread, waitsOf } from './explain-waits.js';
import type { Circle } from './explain-waits.js';

// A blocked thread wakes ten times a second, and shows no wait for that moment: so one look may miss it.
const LOOKS = 4;
const PAUSE_MS = 7;

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
      return 2;
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
  let best: InspectedThread[] = [];
  let maxWaits = -1;
  for (let look = 0; look < LOOKS; look++) {
    if (look > 0) await clock.sleep(PAUSE_MS);
    const { threads } = inspectObjects();
    const waits = threads.reduce((sum, thread) => sum + waitsOf(thread).length, 0);
    if (waits <= maxWaits) continue;
    maxWaits = waits;
    best = threads.filter(isMeant);
  }
  return best;
}

function asText(threads: readonly InspectedThread[], circles: readonly Circle[]): string {
  const verdicts = circles.map(({ threads: members, isDeadlock }) => {
    const names = [...members, members[0]!].map(nameThread).join(' -> ');
    return isDeadlock
      ? `DEADLOCK: ${names}. Each is blocked on what the next one holds; killing one lets the others go on.`
      : `Circle: ${names}. Each waits for what the next one holds; only code that still runs, in one that awaits or in another holder, can end this.`;
  });
  return [describeWaits(threads), ...verdicts].join('\n\n');
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
