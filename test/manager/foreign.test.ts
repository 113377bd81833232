import { readFileSync } from 'node:fs';
import { createServer as createWebServer } from 'node:http';
import { createServer as createTlsWebServer } from 'node:https';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Client, Listener, Manager } from '@multiprocess/manager';
import { EOFError, ProtocolError, TimeoutError } from '@multiprocess/shared-memory';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

// For these tests only: made for localhost and 127.0.0.1 by openssl, and trusted nowhere.
const fixture = (name: string): string => readFileSync(new URL(`./fixtures/tls/${name}`, import.meta.url), 'utf8');
const cert = fixture('cert.pem');
const tls = { key: fixture('key.pem'), cert };
const authkey = Buffer.from('a key that both know');

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

/** Listens, and is closed with all its connections in the end. */
async function open(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const addresses: Record<string, string> = {};
beforeAll(async () => {
  for (const [name, options] of [
    ['a manager without TLS', {}],
    ['a manager with TLS', { tls }],
    ['a manager with json', { serializer: 'json' }],
  ] as const) {
    const manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey, ...options });
    closing.push(() => manager.shutdown());
    addresses[name] = manager.address;
  }
  for (const [name, options] of [
    ['a listener without TLS', {}],
    ['a listener with TLS', { tls }],
  ] as const) {
    const listener = new Listener({ family: 'tcp', authkey, ...options });
    await listener.listening;
    closing.push(() => {
      listener.close();
    });
    addresses[name] = listener.address;
  }
  addresses['a web server'] = await open(createWebServer());
  addresses['a web server with TLS'] = await open(createTlsWebServer(tls));
  addresses['one that greets in its own way'] = await open(createServer((socket) => socket.write('SSH-2.0-x\r\n')));
  addresses['one that hangs up'] = await open(createServer((socket) => socket.end()));
  addresses['one that is silent'] = await open(createServer());
});

const WITHOUT = /speaks TLS: set tls/;
const WITH = /does not speak TLS: leave tls out/;
const NEITHER = /is neither a manager nor a Listener/;

describe.each([
  ['Manager.connect()', (options: object) => Manager.connect({ authkey, ...options } as never)],
  ['Client.connect()', (options: object) => Client.connect({ authkey, ...options } as never)],
])('%s says what is wrong, and what to set', (_name, connect) => {
  test.each([
    ['a manager with TLS', WITHOUT],
    ['a listener with TLS', WITHOUT],
    ['a web server with TLS', WITHOUT],
    ['a web server', NEITHER],
    ['one that greets in its own way', NEITHER],
  ])('without TLS at %s', async (name, message) => {
    const error: unknown = await connect({ address: addresses[name] }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({
      message: expect.stringMatching(message) as string,
      code: 'ERR_MULTIPROCESS_PROTOCOL',
    });
    expect((error as Error).message).toContain(addresses[name]);
  });

  test.each([
    ['a manager without TLS', WITH],
    ['a listener without TLS', WITH],
    ['a web server', WITH],
    ['one that greets in its own way', WITH],
    ['one that hangs up', /before TLS was agreed upon: leave tls out/],
  ])('with TLS at %s', async (name, message) => {
    const error: unknown = await connect({ address: addresses[name], tls: { ca: cert } }).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(ProtocolError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).toContain(addresses[name]);
  });

  test('at one that hangs up', async () => {
    const { 'one that hangs up': address } = addresses;
    await expect(connect({ address })).rejects.toThrow(EOFError);
    await expect(connect({ address })).rejects.toThrow(
      /ended the connection before it had introduced itself: check the address/,
    );
  });

  test.each([{}, { tls: { ca: cert } }])('at one that is silent, in round numbers: with %o', async (options) => {
    const { 'one that is silent': address } = addresses;
    const error: unknown = await connect({ address, timeout: 50, ...options }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as Error).message).toMatch(/within 50 ms/);
  });
});

test('what listens goes on after callers that speak otherwise', async () => {
  const { 'a manager with TLS': withTls, 'a manager without TLS': without } = addresses;
  const first = await Manager.connect({ address: withTls!, authkey, tls: { ca: cert } });
  const second = await Manager.connect({ address: without!, authkey });
  expect([await first.list([1]).length(), await second.list([1]).length()]).toEqual([1, 1]);
  first.close();
  second.close();
});

describe('the serializer', () => {
  test.each(['a manager with json', 'a manager without TLS'])('is that of the server: %s', async (name) => {
    const manager = await Manager.connect({ address: addresses[name]!, authkey });
    const list = manager.list([1, { two: 2 }]);
    expect(await list.snapshot()).toEqual([1, { two: 2 }]);
    manager.close();
  });

  test.each([
    ['a manager with json', 'msgpack', "'json', and 'msgpack' was asked for"],
    ['a manager without TLS', 'json', "'msgpack', and 'json' was asked for"],
  ] as const)(
    'that the caller insists on must be that of the server: %s is not %s',
    async (name, serializer, message) => {
      const error: unknown = await Manager.connect({ address: addresses[name]!, authkey, serializer }).catch(
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(ProtocolError);
      expect((error as Error).message).toContain(message);
    },
  );

  test('that the caller insists on may be that of the server', async () => {
    const manager = await Manager.connect({ address: addresses['a manager with json']!, authkey, serializer: 'json' });
    await expect(manager.list().push(() => 1)).rejects.toThrow(/cannot be sent as JSON/);
    manager.close();
  });

  test('is checked before anything is sent', async () => {
    const wrong = { address: addresses['a manager with json']!, authkey, serializer: 'xml' as never };
    await expect(Manager.connect(wrong)).rejects.toThrow(
      "serializer must be 'msgpack' or 'json', received 'xml' (string)",
    );
  });

  test('a listener has none, and is no manager', async () => {
    const call = Manager.connect({ address: addresses['a listener without TLS']!, authkey });
    await expect(call).rejects.toThrow(/is a Listener and no manager: call it by Client.connect\(\)/);
  });
});
