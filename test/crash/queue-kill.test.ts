import { Queue } from '@multiprocess/queue';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startChild } from '../helpers/children.js';
import type { Child } from '../helpers/children.js';
import { times } from '../helpers/effort.js';
import { filesIn } from '../shared-memory/helpers.js';
import { Log } from './fixtures/items.mjs';

vi.setConfig({ testTimeout: 300_000 }); // a watchdog: some sixty processes each

const KILLS = times(50);
const EACH = 2;

interface Load {
  readonly name: string;
  readonly maxsize?: number;
  readonly memory?: number;
  readonly forms: readonly ('sync' | 'async')[];
  readonly batch: number;
  readonly bytes: number;
}

const loads: readonly Load[] = [
  { name: 'small items, unbounded', forms: ['sync', 'async'], batch: 1, bytes: 20 },
  { name: 'small items in batches, bounded', maxsize: 10, forms: ['sync', 'async'], batch: 7, bytes: 20 },
  { name: '100 KiB items, bounded', maxsize: 10, forms: ['async', 'sync'], batch: 1, bytes: 100 * 1024 },
  {
    name: '100 KiB items in batches, little memory',
    memory: 2 ** 20,
    forms: ['sync', 'async'],
    batch: 3,
    bytes: 100 * 1024,
  },
];

interface Worker {
  readonly role: 'produce' | 'consume';
  readonly number: number;
  readonly child: Child;
}

const random = (below: number): number => Math.floor(Math.random() * below);

test.each(loads)(
  `${KILLS} kills of producers and consumers: $name`,
  async ({ maxsize, memory, forms, batch, bytes }) => {
    const queue = new Queue({ maxsize, memory });
    const log = Log.create();
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
    for (let i = 0; i < EACH; i++) living.push(await start('produce'), await start('consume'));
    const killed: Worker[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const [victim] = living.splice(random(living.length), 1) as [Worker];
      await new Promise((resolve) => setTimeout(resolve, random(20))); // at any moment of what it does
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

    // What a completed put has put and nobody has got was on its way to a consumer when that was killed.
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

    close();
    const directory = process.env['MULTIPROCESS_DIR'] ?? '';
    new Queue().close(); // whoever makes something sweeps what the killed have left
    const bells = filesIn(directory, 'bell-');
    expect(filesIn(directory).filter((file) => !bells.includes(file))).toEqual(['registry']);
    expect(bells.length).toBeLessThanOrEqual(1); // this thread's own
  },
);
