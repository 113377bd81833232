import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { NetworkProxy } from './network-proxy.js';
import { until } from '../until.js';

/** The end of a connection, with what has come out of it. */
interface End {
  readonly socket: Socket;
  readonly received: () => string;
  /** How it ended: a code of an error, 'end' if the other side said so, undefined as long as it has not. */
  readonly ended: () => string | undefined;
}

let proxy: NetworkProxy;
/** What the server's side has of the connections, in their order. */
let accepted: End[];

beforeEach(async () => {
  accepted = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    accepted.push(endOf(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    for (const { socket } of accepted) socket.destroy();
  });
  proxy = await NetworkProxy.start((server.address() as AddressInfo).port);
});

function endOf(socket: Socket): End {
  let received = '';
  let ended: string | undefined;
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  socket.once('end', () => (ended ??= 'end'));
  socket.once('error', (error: NodeJS.ErrnoException) => (ended ??= error.code));
  return { socket, received: () => received, ended: () => ended };
}

/** A connection through the proxy: the ends of client and server. */
async function connected(): Promise<{ client: End; server: End }> {
  const before = accepted.length;
  const client = endOf(connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }));
  onTestFinished(() => {
    client.socket.destroy();
  });
  const server = (await until(() => accepted[before]))!;
  return { client, server };
}

test('it passes on what comes, both ways, and ends', async () => {
  const { client, server } = await connected();
  client.socket.write('ping');
  await until(() => server.received() === 'ping');
  server.socket.write('pong');
  await until(() => client.received() === 'pong');
  client.socket.end('bye');
  await until(() => server.ended());
  expect([server.received(), server.ended()]).toEqual(['pingbye', 'end']);
  server.socket.end();
  await until(() => proxy.connections === 0);
  expect([client.ended(), proxy.accepted]).toEqual(['end', 1]);
});

test('delay() lets bytes arrive later, in their order, one after another as far apart as they came', async () => {
  const { client, server } = await connected();
  proxy.delay(50, 'toServer');
  const begin = performance.now();
  for (let i = 0; i < 10; i++) {
    client.socket.write(String(i));
    await new Promise(setImmediate);
  }
  await until(() => server.received().length === 10);
  expect(server.received()).toBe('0123456789');
  expect(performance.now() - begin).toBeGreaterThan(49);
  server.socket.write('at once');
  await until(() => client.received() === 'at once');
});

test('stall() passes nothing on until resume(), not even that the client has gone', async () => {
  const { client, server } = await connected();
  proxy.stall();
  client.socket.write('held');
  server.socket.write('held, too');
  client.socket.destroy();
  const other = await connected();
  other.client.socket.write('new');
  proxy.resume('toClient');
  await until(() => client.socket.destroyed);
  // What comes behind is passed on, and the stalled direction still gives nothing: all of it went through one event loop.
  other.server.socket.write('through');
  await until(() => other.client.received() === 'through');
  expect([server.received(), server.ended(), other.server.received()]).toEqual(['', undefined, '']);
  proxy.resume();
  await until(() => server.ended());
  expect(server.received()).toBe('held');
  await until(() => other.server.received() === 'new');
});

test('cut() resets both sides, and new connections pass', async () => {
  const { client, server } = await connected();
  proxy.cut();
  await until(() => client.ended() !== undefined && server.ended() !== undefined);
  expect([client.ended(), server.ended(), proxy.connections]).toEqual(['ECONNRESET', 'ECONNRESET', 0]);
  const again = await connected();
  again.client.socket.write('x');
  await until(() => again.server.received() === 'x');
});

test('cutAfter() cuts in the middle of a message', async () => {
  const { client, server } = await connected();
  proxy.cutAfter(7, 'toClient');
  server.socket.write('12345');
  await until(() => client.received() === '12345');
  server.socket.write('67890');
  await until(() => client.ended());
  expect(client.received()).toBe('1234567');
  await until(() => server.ended());
  const again = await connected();
  again.server.socket.write('whole again');
  await until(() => again.client.received() === 'whole again');
});

test.each(['toServer', 'toClient'] as const)(
  'halfClose(%o) ends one direction, and leaves the other open',
  async (direction) => {
    const { client, server } = await connected();
    proxy.halfClose(direction);
    const [ended, open] = direction === 'toServer' ? [server, client] : [client, server];
    await until(() => ended.ended());
    expect([ended.ended(), open.ended()]).toEqual(['end', undefined]);
    ended.socket.write('still here');
    await until(() => open.received() === 'still here');
    open.socket.write('lost'); // thrown away
    ended.socket.end();
    await until(() => open.ended());
    expect(ended.received()).toBe('');
  },
);

test('refuse() resets those who come, and leaves those who are there, until admit()', async () => {
  const { client, server } = await connected();
  proxy.refuse();
  const refused = endOf(connect(proxy.port, '127.0.0.1'));
  await until(() => refused.ended());
  client.socket.write('x');
  await until(() => server.received() === 'x');
  expect([accepted.length, proxy.refused]).toEqual([1, 1]);
  proxy.admit();
  await connected();
});
