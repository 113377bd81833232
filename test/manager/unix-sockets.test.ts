import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client, Listener, Manager } from '@multiprocess/manager';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startChild } from '../helpers/children.js';

let folder: string;
const { TMPDIR } = process.env;
beforeEach(() => {
  folder = mkdtempSync('/tmp/mp-');
});
afterEach(() => {
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
  rmSync(folder, { recursive: true });
});

const pathOf = (listener: Listener): string => listener.address.slice('unix:'.length);
const modeOf = (path: string): number => statSync(path).mode & 0o777;

async function talk(address: string, listener: Listener): Promise<void> {
  const [client, server] = await Promise.all([Client.connect({ address }), listener.accept()]);
  await client.send('hello');
  expect(await server.recv()).toBe('hello');
  client.close();
  server.close();
}

test.each([1, 20, 78, 79, 80, 90, 99, 107, 108, 150, 250])(
  'a listener of its own has a directory of its own, with a TMPDIR of %d characters more',
  async (length) => {
    const parent = join(folder, 'x'.repeat(length));
    mkdirSync(parent);
    process.env['TMPDIR'] = parent;
    const listener = new Listener();
    await listener.listening;
    const path = pathOf(listener);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(107);
    expect(modeOf(dirname(path))).toBe(0o700);
    expect(readdirSync(dirname(path))).toEqual(['listener']);
    await talk(listener.address, listener);
    listener.close();
    expect(readdirSync(parent)).toEqual([]);
    expect(() => statSync(dirname(path))).toThrow('ENOENT');
  },
);

test.each([
  ['is not there', (parent: string) => parent],
  ['is a file', (parent: string) => (writeFileSync(parent, ''), parent)],
  [
    'is many bytes, though few characters',
    (parent: string) => (mkdirSync(`${parent}${'é'.repeat(40)}`), `${parent}${'é'.repeat(40)}`),
  ],
])('a TMPDIR that %s is passed by', async (_what, make) => {
  process.env['TMPDIR'] = make(join(folder, 'tmp'));
  const listener = new Listener();
  await listener.listening;
  await talk(listener.address, listener);
  listener.close();
});

describe('a listener at a path', () => {
  test.each([18, 50, 90, 96, 97, 98, 99, 100, 105, 106, 107])(
    'of %d bytes is at that path, and nowhere else',
    async (bytes) => {
      const path = join(folder, 'y'.repeat(bytes - folder.length - 1));
      expect(path.length).toBe(bytes);
      const listener = new Listener({ address: `unix:${path}` });
      await listener.listening;
      expect(readdirSync(folder)).toEqual([path.slice(folder.length + 1)]);
      expect(modeOf(path)).toBe(0o600);
      await talk(`unix:${path}`, listener);
      await expect(new Listener({ address: `unix:${path}` }).listening).rejects.toThrow('EADDRINUSE');
      expect(readdirSync(folder)).toHaveLength(1);
      listener.close();
      expect(readdirSync(folder)).toEqual([]);
    },
  );

  test.each([1, 3, 7])('with a name of %d bytes in a directory whose own takes nearly all', async (bytes) => {
    const directory = join(folder, 'z'.repeat(106 - bytes - folder.length - 1));
    mkdirSync(directory);
    const path = join(directory, 'a'.repeat(bytes));
    const listener = new Listener({ address: `unix:${path}` });
    await listener.listening;
    await talk(`unix:${path}`, listener);
    listener.close();
    expect(readdirSync(directory)).toEqual([]);
    expect(readdirSync(folder)).toEqual([directory.slice(folder.length + 1)]);
  });

  test('that is too long is a RangeError', () => {
    expect(() => new Listener({ address: `unix:/${'x'.repeat(107)}` })).toThrow(RangeError);
  });

  test.each([0, 0o077, 0o177, 0o777])('can be called by its owner only, with umask %o', async (umask) => {
    const path = join(folder, 'socket');
    const child = startChild(new URL('./fixtures/listen.mjs', import.meta.url), { args: [path, String(umask)] });
    await child.line('listening');
    expect(modeOf(path)).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['socket']);
    const client = await Client.connect({ address: `unix:${path}` });
    await child.line('called');
    client.close();
    child.end();
    expect(await child.exit).toEqual({ code: 0, signal: null });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('can be called as soon as it has been made', async () => {
    const listener = new Listener({ address: `unix:${join(folder, 's')}` });
    await talk(listener.address, listener);
    listener.close();
  });

  test('takes the place of one that was killed', async () => {
    const path = join(folder, 'socket');
    const child = startChild(new URL('./fixtures/listen.mjs', import.meta.url), { args: [path, '0'] });
    await child.line('listening');
    await child.kill();
    expect(readdirSync(folder)).toEqual(['socket']);
    const listener = new Listener({ address: `unix:${path}` });
    await listener.listening;
    await talk(`unix:${path}`, listener);
    listener.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('leaves alone what lies there and is no socket', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'mine');
    await expect(new Listener({ address: `unix:${path}` }).listening).rejects.toMatchObject({
      code: 'ERR_MULTIPROCESS_SYSTEM',
      systemCode: 'EADDRINUSE',
    });
    expect(readdirSync(folder)).toEqual(['file']);
    await expect(Manager.start({ address: `unix:${path}` })).rejects.toMatchObject({
      code: 'ERR_MULTIPROCESS_SYSTEM',
      systemCode: 'EADDRINUSE',
    });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('leaves alone what has taken its name meanwhile', async () => {
    const path = join(folder, 's');
    const first = new Listener({ address: `unix:${path}` });
    await first.listening;
    rmSync(path);
    const second = new Listener({ address: `unix:${path}` });
    await second.listening;
    first.close();
    await talk(`unix:${path}`, second);
    second.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['/no/such/directory/socket', 'ENOENT'],
    ['/proc/socket', 'ENOENT'],
  ])('%s is a SystemError that says what the system refused (%s)', async (path, systemCode) => {
    await expect(new Listener({ address: `unix:${path}` }).listening).rejects.toMatchObject({
      name: 'SystemError',
      systemCode,
      message: expect.stringContaining(path) as string,
    });
  });
});
