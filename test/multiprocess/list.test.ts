import { Queue } from '@multiprocess/queue';
import { inspect } from '@multiprocess/shared-memory';
import { Lock } from '@multiprocess/sync';
import { expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';
import { until } from '../helpers/until.js';
import { command } from './command.js';

const program = (name: string) => new URL(`fixtures/${name}`, import.meta.url);

test('a table of what there is: kind, name, items, who holds, waits for and has it', async () => {
  using lock = new Lock({ name: 'printer' });
  using queue = new Queue({ name: 'jobs' });
  for (let i = 0; i < 3; i++) queue.putSync(i);
  lock.acquireSync();
  using other = new Lock();
  const child = startChild(program('take-both.mjs'), { args: [other.handle, lock.handle, 'sync'] });
  await child.line('holds');
  child.say('go');
  await until(() => inspect().threads.some(({ pid, blockedOn }) => pid === child.pid && blockedOn));
  const { status, output } = await command('list');
  expect(status).toBe(0);
  const lines = output.split('\n');
  expect(lines[0]).toMatch(/^KIND +NAME +SIZE +IN USE +ITEMS +HELD BY +WAITING +PROCESSES$/);
  const row = (name: string) => lines.find((line) => line.includes(name))?.split(/ {2,}/);
  expect(row('printer')).toEqual([
    'sync.Lock',
    'printer',
    '192 B',
    '4 KiB',
    '-',
    String(process.pid),
    String(child.pid),
    expect.stringContaining(String(child.pid)),
  ]);
  expect(row('jobs')?.slice(0, 5)).toEqual(['queue.Queue', 'jobs', '1.0 GiB', expect.any(String), '3']);
  expect(lines.find((line) => line.trimStart().startsWith(`${child.pid}  `))).toContain('take-both.mjs');
});

test('--json is one line for programs, with command lines', async () => {
  using queue = new Queue({ name: 'jobs' });
  await queue.putMany(['a', 'b']);
  const { output } = await command('list', '--json');
  const [found] = JSON.parse(output) as Record<string, unknown>[];
  expect(found).toMatchObject({ kind: 'queue.Queue', name: 'jobs', items: 2, orphan: false, waiters: [] });
  expect(found!['processes']).toEqual([{ pid: process.pid, command: expect.stringContaining('node') as string }]);
});

test('--watch goes on until it is ended', async () => {
  const main = new URL('../../packages/multiprocess/dist/cli/main.js', import.meta.url);
  const watching = startChild(main, { args: ['list', '--watch', '--json'] });
  await watching.line('[]');
  using queue = new Queue();
  expect(await watching.line(/queue\.Queue/)).toContain('"items":0');
  queue.putSync(1);
  await watching.line(/"items":1/);
  expect((await watching.kill('SIGTERM')).signal).toBe('SIGTERM');
});

test('says when there is nothing', async () => {
  expect(await command('list')).toMatchObject({ status: 0, output: 'Nothing is in shared memory.' });
});
