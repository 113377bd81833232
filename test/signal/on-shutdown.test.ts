import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { onShutdown } from '@multiprocess/signal';
import { program } from './helpers.js';

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'hooks run before %s ends the process, the last one first, one after the other',
  async (name) => {
    const child = program(`
    onShutdown((signal) => console.log('first registered', signal));
    onShutdown(async () => { console.log('second begins'); await delay(30); console.log('second ends'); });
    console.log('ready');
    await delay(1e6);`);
    await child.line('ready');
    expect(await child.kill(name)).toEqual({ code: null, signal: name });
    expect(child.lines.slice(1)).toEqual(['second begins', 'second ends', `first registered ${name}`]);
  },
);

test('shared memory is removed before the signal ends the process', async () => {
  const place = mkdtempSync('/dev/shm/multiprocess-test-');
  onTestFinished(() => {
    rmSync(place, { recursive: true, force: true });
  });
  const child = program(
    `const { Queue } = await import('@multiprocess/queue');
    const queue = new Queue();
    onShutdown(() => queue.putSync('at the end'));
    console.log('ready');
    await delay(1e6);`,
    { MULTIPROCESS_DIR: place },
  );
  await child.line('ready');
  expect(readdirSync(place)).not.toEqual([]);
  expect(await child.kill('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(existsSync(place) ? readdirSync(place) : []).toEqual([]);
});

test('a SIGHUP that the program handles ends nothing, in whichever way it does', async () => {
  for (const handling of ["process.on('SIGHUP', say)", "signal('SIGHUP', say)"]) {
    const child = program(`
    const say = () => console.log('handled');
    onShutdown(() => console.log('hook'));
    ${handling};
    console.log('ready');
    await delay(1e6);`);
    await child.line('ready');
    process.kill(child.pid, 'SIGHUP');
    await child.line('handled');
    expect(await child.kill('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
    expect(child.lines).toEqual(['ready', 'handled', 'hook']);
  }
});

test('a hook that takes too long is aborted and reported, and the next one runs', async () => {
  const child = program(`
    onShutdown(() => console.log('next'));
    onShutdown((name, deadline) => { deadline.onabort = () => console.log('aborted'); return new Promise(() => {}); }, { deadline: 30 });
    console.log('ready');
    await delay(1e6);`);
  await child.line('ready');
  expect(await child.kill('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(child.lines.slice(1)).toEqual(['aborted', 'next']);
  expect(child.stderr).toMatch(/SIGTERM.*deadline of 30 ms/s);
});

test('a hook that throws is reported, and the next one runs', async () => {
  const child = program(`
    onShutdown(() => console.log('next'));
    onShutdown(() => { throw new Error('broken hook'); });
    console.log('ready');
    await delay(1e6);`);
  await child.line('ready');
  expect(await child.kill('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(child.lines.at(-1)).toBe('next');
  expect(child.stderr).toContain('broken hook');
});

test('a second signal ends the process at once', async () => {
  const child = program(
    "onShutdown(() => { console.log('hook'); return new Promise(() => {}); }, { deadline: 1e6 }); console.log('ready'); await delay(1e6)",
  );
  await child.line('ready');
  process.kill(child.pid, 'SIGTERM');
  await child.line('hook');
  expect(await child.kill('SIGINT')).toEqual({ code: null, signal: 'SIGINT' });
});

test('a hook that was taken back does not run, and without hooks a signal is what it was', async () => {
  const child = program("onShutdown(() => console.log('hook'))(); console.log('ready'); for (;;);");
  await child.line('ready');
  expect(await child.kill('SIGTERM')).toEqual({ code: null, signal: 'SIGTERM' });
  expect(child.lines).toEqual(['ready']);
});

test('a wrong hook or deadline throws', () => {
  expect(() => onShutdown(undefined as unknown as () => void)).toThrow(TypeError);
  expect(() => onShutdown(() => undefined, { deadline: -1 })).toThrow(RangeError);
});
