import { inspectObjects } from '@multiprocess/shared-memory';
import { Lock } from '@multiprocess/sync';
import { startChild } from '../../helpers/children.js';
import type { Child } from '../../helpers/children.js';
import { until } from '../../helpers/until.js';

const program = new URL('../fixtures/take-both.mjs', import.meta.url);

/** Two processes, each of which has one lock and is blocked on the other's; the locks are called `accounts` and `report`. */
export interface Deadlock {
  readonly first: Child;
  readonly second: Child;
  [Symbol.dispose](): void;
}

export async function makeDeadlock(...titles: string[]): Promise<Deadlock> {
  const locks = [new Lock({ name: 'accounts' }), new Lock({ name: 'report' })] as const;
  const [accounts, report] = [locks[0].handle, locks[1].handle];
  const first = startChild(program, { args: [accounts, report, 'sync', ...titles] });
  const second = startChild(program, { args: [report, accounts, 'sync'] });
  for (const child of [first, second]) await child.line('holds');
  for (const child of [first, second]) child.say('go');
  await until(() => [first, second].every(({ pid }) => isBlocked(pid)));
  return {
    first,
    second,
    [Symbol.dispose]: () => {
      for (const lock of locks) lock.close();
    },
  };
}

function isBlocked(pid: number): boolean {
  return inspectObjects().threads.some((thread) => thread.pid === pid && thread.blockedOn !== undefined);
}
