import type { Agent, DistributedPool, DistributedResult } from '@multiprocess/bullmq';
import { task } from '@multiprocess/serialization';

// A distributed pool types arguments and results as a local one does.

declare const pool: DistributedPool;
declare const agent: Agent;

const add = task(import.meta, function add(a: number, b: number): Promise<number> {
  return Promise.resolve(a + b);
});
const double = task(import.meta, function double(n: number): number {
  return 2 * n;
});

const sum: Promise<number> = pool.apply(add, [1, 2]);
const later: DistributedResult<number> = pool.applyAsync(add, [1, 2], { callback: (value: number) => value });
const doubled: Promise<number[]> = pool.map(double, [1, 2]);
const sums: Promise<number[]> = pool.starmap(add, [[1, 2]]);
const each: AsyncIterableIterator<number> = pool.imap(double, new Set([1]));
const named: Promise<string> = pool.apply<[number], string>('@acme/jobs#resize@1.4', [1]);
const running: number = agent.stats().running;
export const used = [sum, later, doubled, sums, each, named, running];

// @ts-expect-error a string is no number
await pool.apply(add, ['1', 2]);
// @ts-expect-error an argument is missing
await pool.apply(add, [1]);
// @ts-expect-error this is not the name of a function of a package
await pool.apply('resize', [1]);
// @ts-expect-error the inputs are no numbers
await pool.map(double, ['a']);
// @ts-expect-error there are no forms that block
pool.applySync(add, [1, 2]);
