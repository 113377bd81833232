import { activeChildren, cpuCount, currentProcess, parentProcess, Process } from '@multiprocess/process';
import { ClosedError, ProcessStartError } from '@multiprocess/shared-memory';
import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { outputOf, start } from './helpers.js';
import * as targets from './fixtures/targets.mjs';

interface Told {
  name: string;
  pid: number;
  daemon: boolean;
  authkey: number[];
  isMainProcess: boolean;
  parent: { name: string; pid: number; alive: boolean };
}

describe('new Process()', () => {
  test('counts those without a name', () => {
    const [first, named, third] = [new Process(), new Process({ name: 'Worker' }), new Process()];
    const number = Number(/^Process-(\d+)$/.exec(first.name)?.[1]);
    expect(number).toBeGreaterThan(0);
    expect([named.name, third.name]).toEqual(['Worker', `Process-${number + 2}`]);
  });

  test.each([
    [{ target: 'work' }, /target must be a function, received 'work' \(string\)/],
    [{ args: 'ab' }, /args must be an array of arguments, received 'ab'/],
    [{ args: 7 }, /args must be an array.*received 7 \(number\)/],
    [{ name: 7 }, /name must be a string, received 7/],
    [{ daemon: 'yes' }, /daemon must be true or false, received 'yes'/],
    [{ detached: 1 }, /detached must be true or false, received 1/],
    [{ cwd: 1 }, /cwd must be a path, received 1/],
    [{ env: 'PATH=/' }, /env must be an object like process.env, received 'PATH=\/'/],
    [{ execArgv: '--inspect' }, /execArgv must be an array of strings, received '--inspect'/],
    [{ execArgv: [1] }, /execArgv\[0\] must be a string, received 1/],
    [{ stdio: 'loud' }, /stdio must be 'ignore', 'inherit', 'pipe' or an array, received 'loud'/],
    [{ stdio: ['ignore', 'ignore', 'ignore', 'ipc'] }, /stdio must be an array without 'ipc'/],
    [null, /options must be an object like \{ target: work, args: \[1\] \}, received null/],
    [targets.nothing, /options must be an object .*, received \[Function: nothing\]/],
  ])('refuses %o', (options, message) => {
    expect(() => new Process(options as never)).toThrow(TypeError);
    expect(() => new Process(options as never)).toThrow(message);
  });

  test('takes args from anything that can be iterated', async () => {
    const args = new Set(['a', 'b']) as unknown as unknown[];
    expect(await outputOf({ target: targets.write, args })).toEqual(["'a'", "'b'"]);
  });
});

describe('name, daemon and authkey', () => {
  test('can be set before the start, and arrive', async () => {
    const child = new Process({ target: targets.writeIdentity, stdio: ['ignore', 'pipe', 'inherit'] });
    child.name = 'Renamed';
    child.daemon = true;
    child.authkey = new Uint8Array([1, 2, 3]);
    child.start();
    const told = JSON.parse(await textOf(child)) as Told;
    expect(told).toMatchObject({ name: 'Renamed', daemon: true, authkey: [1, 2, 3], pid: child.pid });
  });

  test('daemon cannot change after the start, name can', async () => {
    const child = start({ target: targets.nothing });
    expect(() => (child.daemon = true)).toThrow(TypeError);
    child.name = 'Other';
    await child.join();
    expect([child.name, child.daemon]).toEqual(['Other', false]);
  });

  test('refuse other types', () => {
    const child = new Process();
    expect(() => (child.name = 1 as never)).toThrow(/name must be a string, received 1/);
    expect(() => (child.daemon = 'no' as never)).toThrow(/daemon must be true or false/);
    expect(() => (child.authkey = 'secret' as never)).toThrow(/authkey must be a Uint8Array, received string/);
  });

  test('the authkey is in no argument and no environment', async () => {
    const child = new Process({ target: targets.writeSurroundings, stdio: ['ignore', 'pipe', 'inherit'] });
    child.authkey = new TextEncoder().encode('very-secret');
    child.start();
    expect(await textOf(child)).not.toMatch(/very-secret|dmVyeS1zZWNyZXQ|766572792d736563726574/);
  });
});

describe('in the main process', () => {
  test('currentProcess() is MainProcess', () => {
    const self = currentProcess();
    expect(self).toMatchObject({ name: 'MainProcess', pid: process.pid, daemon: false });
    expect(self.isAlive()).toBe(true);
    expect(self.authkey).toHaveLength(32);
    expect(currentProcess()).toBe(self);
  });

  test('parentProcess() is undefined', () => {
    expect(parentProcess()).toBeUndefined();
  });
});

test('a child knows its name and its parent, and inherits the authkey', async () => {
  const child = new Process({ target: targets.writeIdentity, stdio: ['ignore', 'pipe', 'inherit'] });
  child.start();
  expect(JSON.parse(await textOf(child))).toEqual({
    name: child.name,
    pid: child.pid,
    daemon: false,
    authkey: [...currentProcess().authkey],
    isMainProcess: false,
    parent: { name: 'MainProcess', pid: process.pid, alive: true },
  });
});

test('a grandchild is called after its parent, inherits daemon, and inherits a name that was changed', async () => {
  const child = new Process({
    target: targets.writeIdentityOfChild,
    args: ['Boss'],
    daemon: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.start();
  const told = JSON.parse(await textOf(child)) as Told;
  expect(told).toMatchObject({ name: `${child.name}:1`, daemon: true, parent: { name: 'Boss', pid: child.pid } });
});

test('worker threads of a child have its identity', async () => {
  const child = new Process({ target: targets.writeIdentityOfThread, stdio: ['ignore', 'pipe', 'inherit'] });
  child.start();
  expect(JSON.parse(await textOf(child))).toMatchObject({ name: child.name, isMainProcess: false });
});

test('activeChildren() has those that run, until they end', async () => {
  const [stays, ends] = [start({ target: targets.forever }), start({ target: targets.nothing })];
  expect(activeChildren()).toEqual(expect.arrayContaining([stays]));
  expect(activeChildren()).not.toContain(new Process());
  ends.joinSync();
  expect(activeChildren()).not.toContain(ends);
  stays.kill();
  await stays.join();
  expect(activeChildren()).not.toContain(stays);
});

test('cpuCount() is how many processes can run at once', () => {
  expect(cpuCount()).toBe(availableParallelism());
});

describe('before start()', () => {
  test.each(['terminate', 'kill', 'joinSync', 'readySync', 'ref', 'unref'] as const)(
    '%s() is an error that says so',
    (method) => {
      const child = new Process({ name: 'Later' });
      expect(() => child[method]()).toThrow(ProcessStartError);
      expect(() => child[method]()).toThrow('Later has not been started: call start() first');
    },
  );
});

describe('close()', () => {
  test('is refused while it runs', async () => {
    const child = start({ target: targets.forever, name: 'Busy' });
    expect(() => child.close()).toThrow(/Cannot close Busy while it is running.*join\(\) or terminate\(\)/);
    child.kill();
    child.joinSync();
    child.close();
  });

  test('leaves name, daemon and close(); all else is a ClosedError', async () => {
    const child = start({ target: targets.nothing, name: 'Done' });
    await child.join();
    child.close();
    child.close();
    expect([child.name, child.daemon]).toEqual(['Done', false]);
    for (const property of [
      'pid',
      'exitCode',
      'signalCode',
      'error',
      'authkey',
      'stdin',
      'stdout',
      'stderr',
    ] as const) {
      expect(() => child[property], property).toThrow(ClosedError);
    }
    for (const method of [
      'start',
      'run',
      'joinSync',
      'readySync',
      'isAlive',
      'terminate',
      'kill',
      'ref',
      'unref',
    ] as const) {
      expect(() => child[method](), method).toThrow(ClosedError);
    }
    await expect(child.join()).rejects.toThrow(ClosedError);
    await expect(child.ready()).rejects.toThrow(ClosedError);
  });

  test('before start() is allowed; start() then throws', () => {
    const child = new Process({ target: targets.nothing });
    child.close();
    expect(() => child.start()).toThrow(ClosedError);
  });
});

async function textOf(child: Process): Promise<string> {
  let output = '';
  for await (const chunk of child.stdout!.setEncoding('utf8')) output += String(chunk);
  await child.join();
  return output;
}
