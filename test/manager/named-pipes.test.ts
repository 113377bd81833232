import { Client, Listener, Manager } from '@multiprocess/manager';
import { describe, expect, test } from 'vitest';

const isWindows = process.platform === 'win32';
const UNSUPPORTED = { code: 'ERR_MULTIPROCESS_UNSUPPORTED_PLATFORM' };
const newName = (): string => `multiprocess-test-${process.pid}-${Math.random().toString(36).slice(2)}`;

async function talk(address: string, listener: Listener): Promise<void> {
  const [client, server] = await Promise.all([Client.connect({ address }), listener.accept()]);
  await client.send('hello');
  expect(await server.recv()).toBe('hello');
  client.close();
  server.close();
}

describe.runIf(isWindows)('a listener on Windows', () => {
  test('has a named pipe of its own, unless it is given an address', async () => {
    using listener = new Listener();
    using other = new Listener();
    await Promise.all([listener.listening, other.listening]);
    expect(listener.address).toMatch(/^pipe:multiprocess-[\da-f-]{36}$/);
    expect(other.address).not.toBe(listener.address);
    expect(listener.lastAccepted).toBeUndefined();
    await talk(listener.address, listener);
    await talk(other.address, other);
  });

  test('has the name that it is given, which no other can have meanwhile', async () => {
    const address = `pipe:${newName()}`;
    const listener = new Listener({ address });
    await listener.listening;
    expect(listener.address).toBe(address);
    await talk(address, listener);
    await expect(new Listener({ address }).listening).rejects.toMatchObject({
      code: 'ERR_MULTIPROCESS_SYSTEM',
      systemCode: 'EADDRINUSE',
    });
    await talk(address, listener);
    listener.close();
  });

  test('is not there any more once it is closed', async () => {
    const listener = new Listener();
    await listener.listening;
    listener.close();
    await expect(Client.connect({ address: listener.address })).rejects.toMatchObject({ systemCode: 'ENOENT' });
  });

  test('wants the key that it has', async () => {
    const authkey = Buffer.from('right');
    using listener = new Listener({ authkey });
    const { address } = listener;
    const refused = expect(listener.accept()).rejects.toMatchObject({ code: 'ERR_MULTIPROCESS_AUTHENTICATION' });
    await expect(Client.connect({ address, authkey: Buffer.from('wrong') })).rejects.toMatchObject({
      code: 'ERR_MULTIPROCESS_AUTHENTICATION',
    });
    await refused;
    const [client, server] = await Promise.all([Client.connect({ address, authkey }), listener.accept()]);
    await client.send(1);
    expect(await server.recv()).toBe(1);
    client.close();
    server.close();
  });

  test('can be a manager, whose clients of this user take shared memory', async () => {
    const manager = await Manager.start({ address: `pipe:${newName()}` });
    try {
      const same = await Manager.connect({ address: manager.address });
      const list = same.list([1, 2]);
      expect(await list.at(1)).toBe(2);
    } finally {
      await manager.shutdown();
    }
  });

  test.each(['pipe:', 'pipe:a\\b', 'pipe:a/b', 'pipe:a\0b'])('has no address %j', (address) => {
    expect(() => new Listener({ address })).toThrow(TypeError);
  });

  test('has no name of more than 247 characters', () => {
    expect(() => new Listener({ address: `pipe:${'x'.repeat(248)}` })).toThrow(RangeError);
  });
});

// What the other kind of system has for programs of one machine.
const [family, address] = isWindows ? (['unix', 'unix:/tmp/socket'] as const) : (['pipe', 'pipe:name'] as const);

describe(`on this system ${family} is refused, with what to take instead`, () => {
  test('by a listener', () => {
    expect(() => new Listener({ family })).toThrow(expect.objectContaining(UNSUPPORTED));
    expect(() => new Listener({ address })).toThrow(expect.objectContaining(UNSUPPORTED));
    expect(() => new Listener({ address })).toThrow(/give (unix:\/path|pipe:name) or tcp:\/\/host:port/);
  });

  test('by a client', async () => {
    await expect(Client.connect({ address })).rejects.toMatchObject(UNSUPPORTED);
    await expect(Manager.connect({ address })).rejects.toMatchObject(UNSUPPORTED);
  });

  test('by a manager', async () => {
    await expect(Manager.start({ address })).rejects.toMatchObject(UNSUPPORTED);
  });
});
