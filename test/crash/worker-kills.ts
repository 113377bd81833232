import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Queue } from '@multiprocess/queue';
import { parseHandle } from '@multiprocess/shared-memory';
import { expect, onTestFinished } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { segmentFiles } from '../process/helpers.js';
import { filesIn } from '../shared-memory/helpers.js';
import { Log } from './fixtures/items.mjs';

/** What producers and consumers carry, and how. */
export interface Load {
  readonly name: string;
  readonly maxsize?: number;
  readonly memory?: number;
  readonly forms: readonly ('sync' | 'async')[];
  readonly batch: number;
  readonly bytes: number;
}

/** Which workers are killed, how often and when. */
interface KillPlan {
  /** How many producers, and how many consumers, run at a time. */
  readonly each: number;
  /** The most processes that are started altogether. Default: 96. */
  readonly workers?: number;
  /** Whether there have been enough kills. */
  isOver(kills: number): boolean;
  /** Milliseconds to the next kill. */
  pause(): number;
}

interface Worker {
  readonly role: 'produce' | 'consume';
  readonly number: number;
  readonly child: Child;
}

const random = (below: number): number => Math.floor(Math.random() * below);

/**
 * Lets producers and consumers work on a queue, kills one of them at random again and again and starts another in its
 * place, and checks that every item that was put came to one consumer, whole and in its producer's order, but for those
 * that a consumer was killed with.
 *
 * @returns how many were killed
 */
export async function surviveKills({ maxsize, memory, forms, batch, bytes }: Load, plan: KillPlan): Promise<number> {
  const queue = new Queue({ maxsize, memory });
  const log = Log.create(plan.workers);
  const close = () => {
    queue.close();
    log.memory.close();
  };
  onTestFinished(close);
  const all: Worker[] = [];
  const start = async (role: Worker['role']): Promise<Worker> => {
    const number = all.length;
    const form = forms[number % forms.length]!;
    const child = startChild(new URL(`fixtures/${role}.mjs`, import.meta.url), {
      args: [queue.handle, log.memory.handle, number, form, batch, bytes].map(String),
    });
    const worker = { role, number, child };
    all.push(worker);
    await child.line('runs');
    return worker;
  };

  const living: Worker[] = [];
  for (let i = 0; i < plan.each; i++) living.push(await start('produce'), await start('consume'));
  const killed: Worker[] = [];
  while (!plan.isOver(killed.length)) {
    const [victim] = living.splice(random(living.length), 1) as [Worker];
    await new Promise((resolve) => setTimeout(resolve, plan.pause())); // at any moment of what it does
    expect((await victim.child.kill()).signal, victim.child.stderr).toBe('SIGKILL');
    killed.push(victim);
    living.push(await start(victim.role));
  }
  log.stop();
  for (const { role, child } of living)
    if (role === 'produce') expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });
  queue.shutdown();
  for (const { role, child } of living)
    if (role === 'consume') expect(await child.exit, child.stderr).toEqual({ code: 0, signal: null });

  // An item that was put and not received was on its way to a consumer when that was killed.
  let lost = 0;
  let got = 0;
  for (const { number } of all.filter(({ role }) => role === 'produce')) {
    const { begun, finished } = log.of(number);
    expect(begun - finished).toBeLessThanOrEqual(batch);
    for (let item = 0; item < begun; item++) {
      if (log.isSeen(number, item)) got++;
      else if (item < finished) lost++;
    }
  }
  const interrupted = killed.filter(
    ({ role, number }) => role === 'consume' && log.of(number).begun > log.of(number).finished,
  );
  expect(lost).toBeLessThanOrEqual(interrupted.length * batch);
  expect(got).toBeGreaterThan(all.length);
  expect(queue.size).toBe(0);
  const file = `s-${parseHandle(queue.handle).reference}`;
  const { blocks } = statSync(join(process.env['MULTIPROCESS_DIR'] ?? '', file));
  expect(blocks * 512).toBeLessThanOrEqual(9 * 2 ** 20); // what a queue may keep

  close();
  const directory = process.env['MULTIPROCESS_DIR'] ?? '';
  new Queue().close(); // creating an object sweeps what killed processes left
  expect(segmentFiles()).toEqual([]);
  const bells = filesIn(directory, 'bell-');
  expect(bells.length).toBeLessThanOrEqual(1); // this thread's own
  return killed.length;
}
