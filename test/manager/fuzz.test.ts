import { randomBytes, randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { Manager } from '@multiprocess/manager';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../helpers/until.js';

const key = Buffer.from('a key that the fuzzer does not know');
let manager: Manager;
let port: number;
beforeAll(async () => {
  manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey: key });
  port = Number(new URL(manager.address).port);
});
afterAll(() => manager.shutdown());

const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};
const framed = (body: Uint8Array): Buffer => Buffer.concat([word(body.length), body]);
/** A request to make a list, as an authenticated client would send it. */
const request = framed(
  Buffer.concat([word(2), word(0), word(1), word(0), Buffer.from([0x93, 1, 0xa5, ...Buffer.from('.list'), 0x90])]),
);
const hello = (proof: Uint8Array): Buffer =>
  framed(Buffer.concat([Buffer.from('MPCONN1\n'), Buffer.of(1), randomBytes(32), proof]));

/** Sends bytes, and waits until the server has ended the connection, or a moment has passed in which it answered nothing more. */
function attack(parts: readonly Buffer[], linger = 20): Promise<Buffer> {
  return new Promise((resolve) => {
    const received: Buffer[] = [];
    const socket: Socket = connect(port, '127.0.0.1');
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(Buffer.concat(received));
    });
    for (const part of parts) socket.write(part);
    setTimeout(() => socket.destroy(), linger);
  });
}

/** The server lives, serves, and has let in no caller. */
async function expectUnharmed(): Promise<void> {
  const list = manager.list([1]);
  expect(await list.length()).toBe(1);
  list.close();
  await until(async () => {
    const { clients, objects } = await manager.info();
    return clients === 1 && objects === 0;
  });
}

test('random bytes do nothing', async () => {
  for (let round = 0; round < 20; round++) {
    await Promise.all(Array.from({ length: 10 }, () => attack([randomBytes(randomInt(1, 2000))])));
  }
  await expectUnharmed();
});

test('frames of every announced length, whole, truncated and oversized, do nothing', async () => {
  const lengths = [0, 1, 7, 8, 9, 40, 41, 72, 73, 256, 257, 65_536, 2 ** 28, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
  await Promise.all(
    lengths.flatMap((length) => [
      attack([word(length)]),
      attack([word(length), randomBytes(Math.min(length, 300))]),
      attack([word(length), Buffer.from('MPCONN1\n'), randomBytes(100)]),
    ]),
  );
  await expectUnharmed();
});

test('a call before, in place of, or after a failed proof is not executed', async () => {
  await attack([request]);
  await attack([hello(randomBytes(32)), request, request]);
  await attack([hello(new Uint8Array(32)), request]);
  await attack([hello(new Uint8Array(0)), request]);
  await attack([hello(randomBytes(31)), request]);
  await attack([framed(Buffer.concat([Buffer.from('MPCONN1\n'), Buffer.of(0), randomBytes(32)])), request]);
  await expectUnharmed();
});

test('a recorded handshake lets no caller in', async () => {
  // Between a client and the server, where an attacker can listen: what the client sent is sent again.
  const recorded: Buffer[] = [];
  const spy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    client.on('data', (chunk) => recorded.push(chunk)).pipe(server);
    server.pipe(client);
    for (const one of [client, server]) one.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => spy.listen(0, '127.0.0.1', resolve));
  const { port: spyPort } = spy.address() as { port: number };
  const { Client } = await import('@multiprocess/manager');
  const client = await Client.connect({ address: `tcp://127.0.0.1:${spyPort}`, authkey: key });
  await until(async () => (await manager.info()).clients === 2);
  client.close();
  spy.close();
  const answer = await attack([...recorded, request]);
  expect(answer.length).toBeLessThan(100); // its greeting, and the refusal
  await expectUnharmed();
});

test('the proof of the server is no proof of a client', async () => {
  const reflected = await new Promise<Buffer>((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const seen: Buffer[] = [];
    socket.on('data', (chunk) => {
      seen.push(chunk);
      socket.write(chunk); // whatever it says, it hears again
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(Buffer.concat(seen));
    });
    setTimeout(() => socket.destroy(), 100);
  });
  expect(reflected.length).toBeLessThan(100);
  await expectUnharmed();
});

test('damaged requests of a client that was let in harm no other client', async () => {
  const { Client } = await import('@multiprocess/manager');
  const client = await Client.connect({ address: manager.address, authkey: key });
  await client.recvBytes(); // the welcome
  for (let round = 0; round < 300; round++) {
    const body = randomBytes(randomInt(0, 60));
    if (body.length >= 4) body.writeUInt32LE(randomInt(0, 8), 0); // kinds that exist, but for those that end the server
    await client.sendBytes(body);
  }
  expect(await manager.list([1]).length()).toBe(1);
  client.close();
  await until(async () => (await manager.info()).clients === 1);
});

test('a client that reads no answers does not hold up others', async () => {
  const { Client } = await import('@multiprocess/manager');
  const client = await Client.connect({ address: manager.address, authkey: key });
  const large = Buffer.concat([word(8), word(1), word(0), word(0)]); // asks how the server is
  for (let i = 0; i < 2000; i++) await client.sendBytes(large);
  expect(await manager.list([1, 2]).length()).toBe(2);
  client.close();
});
