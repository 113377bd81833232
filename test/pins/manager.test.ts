import { once } from 'node:events';
import { connect } from 'node:net';
import { Client, Manager } from '@multiprocess/manager';
import type { SocketConnection } from '@multiprocess/manager';
import { deserialize, serialize } from '@multiprocess/serialization';
import { parseHandle, Segment } from '@multiprocess/shared-memory';
import { afterAll, beforeAll, expect, test } from 'vitest';

// What crosses between a client and a manager is read by programs with other versions of this toolkit, and in other
// languages. A change of any of this is a new version of the protocol. It is written here a second time on purpose.

const authkey = Buffer.from('pinned');
let manager: Manager;
let connection: SocketConnection;
let client: number;
beforeAll(async () => {
  manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey });
  connection = await Client.connect({ address: manager.address, authkey });
  const welcome = deserialize(await connection.recvBytes()) as { server: string; client: number };
  expect(Object.keys(welcome)).toEqual(['server', 'client']);
  client = welcome.client;
});
afterAll(async () => {
  connection.close();
  await manager.shutdown();
});

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const word = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return hex(bytes);
};
const double = (value: number): string => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return hex(bytes);
};
/** Kind, call, client (0 over sockets), section, body. */
const frame = (kind: number, call: number, body = '', section = 0): string =>
  word(kind) + word(call) + word(0) + word(section) + body;
const send = (text: string): Promise<void> => connection.sendBytes(Buffer.from(text, 'hex'));
const answer = async (): Promise<string> => hex(await connection.recvBytes());
const ask = async (text: string): Promise<string> => {
  await send(text);
  return answer();
};
const [CALL, CREATE, RELEASE, LEASE, CANCEL, BATCH, REGISTER, INFO] = [1, 2, 3, 4, 5, 6, 7, 8];
const [RESULT, FAILURE, CANCELLED] = [32, 33, 34];
const object = (number: number): number => client * 2 ** 32 + number;

test('who listens begins the handshake: length, magic, version of the protocol', async () => {
  const socket = connect(Number(new URL(manager.address).port), '127.0.0.1');
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  expect(chunk.subarray(4, 12).toString('latin1')).toBe('MPCONN1\n');
  socket.destroy();
});

test('short calls and results are flat: 40, the object, the method, then values by their types', async () => {
  await send(frame(CREATE, 0, hex(serialize([object(1), '.dict', [{}]]))));
  const set = '40' + double(object(1)) + '03736574' + '06036b6579';
  expect(await ask(frame(CALL, 1, `${set}04ffffffff`))).toBe(frame(RESULT, 1, '4000')); // set('key', -1): undefined
  const get = '40' + double(object(1)) + '03676574' + '06036b6579';
  expect(await ask(frame(CALL, 2, get))).toBe(frame(RESULT, 2, '4004ffffffff'));
  for (const [value, text] of [
    [null, '01'],
    [false, '02'],
    [true, '03'],
    [0.5, `05${double(0.5)}`],
    [-0, `05${double(-0)}`],
    ['é', '0601e9'],
  ] as const) {
    expect(await ask(frame(CALL, 3, set + text))).toBe(frame(RESULT, 3, '4000'));
    expect(await ask(frame(CALL, 4, get))).toBe(frame(RESULT, 4, `40${text}`));
    expect(await manager.value(value).get()).toBe(value);
  }
});

test('all else is a message of the serializer: [object, method, arguments]', async () => {
  await send(frame(CREATE, 0, hex(serialize([object(2), '.dict', [{}]]))));
  const call = (method: string, ...args: unknown[]): string => hex(serialize([object(2), method, args]));
  expect(await ask(frame(CALL, 5, call('set', 'k', { a: [1] })))).toBe(frame(RESULT, 5, '4000'));
  expect(await ask(frame(CALL, 6, call('get', 'k')))).toBe(frame(RESULT, 6, hex(serialize({ a: [1] }))));
  const failed = await ask(frame(CALL, 7, call('none')));
  expect(failed.slice(0, 32)).toBe(frame(FAILURE, 7));
  expect(deserialize(Buffer.from(failed.slice(32), 'hex'))).toBeInstanceOf(TypeError);
});

test('a batch has its requests each behind its length; a call that waits is cancelled by its number', async () => {
  const parts = [
    frame(CREATE, 0, hex(serialize([object(3), '.lock', []]))),
    frame(CALL, 8, hex(serialize([object(3), 'acquire', [null]]))),
    frame(CALL, 9, hex(serialize([object(3), 'acquire', [null]]))),
  ];
  const acquired = await ask(frame(BATCH, 0, parts.map((part) => word(part.length / 2) + part).join('')));
  expect(acquired).toBe(frame(RESULT, 8, '4003'));
  expect(await ask(frame(CANCEL, 0, hex(serialize(9))))).toBe(frame(CANCELLED, 9));
});

test('leases are taken and given back, and the server is asked how it is', async () => {
  const objects = async (): Promise<number> => {
    const bytes = await ask(frame(INFO, 10));
    expect(bytes.slice(0, 32)).toBe(frame(RESULT, 10));
    return (deserialize(Buffer.from(bytes.slice(32), 'hex')) as { objects: number }).objects;
  };
  await send(frame(CREATE, 0, hex(serialize([object(4), '.list', [[]]]))));
  const before = await objects();
  await send(frame(LEASE, 0, hex(serialize(object(4)))));
  await send(frame(RELEASE, 0, hex(serialize([object(4), 1]))));
  expect(await objects()).toBe(before);
  await send(frame(RELEASE, 0, hex(serialize([object(4), 1]))));
  expect(await objects()).toBe(before - 1);
  const registration = { name: 'Nothing', module: 'file:///nowhere.mjs', exportName: 'Nothing' };
  expect(await ask(frame(REGISTER, 11, hex(serialize(registration))))).toBe(frame(RESULT, 11, '4000'));
});

test('a section goes with its calls', async () => {
  await send(frame(CREATE, 0, hex(serialize([object(5), '.list', [[]]]))));
  const call = (method: string): string => hex(serialize([object(5), method, []]));
  expect(await ask(frame(CALL, 12, call('$enter'), 7))).toBe(frame(RESULT, 12, '4000'));
  await send(frame(CALL, 13, call('length')));
  expect(await ask(frame(CALL, 14, call('length'), 7))).toBe(frame(RESULT, 14, '400400000000'));
  await send(frame(CALL, 15, call('$leave'), 7));
  expect([await answer(), await answer()].sort()).toEqual(
    [frame(RESULT, 13, '400400000000'), frame(RESULT, 15, '4000')].sort(),
  );
});

test('handles and the segment of the requests', async () => {
  const own = await Manager.start();
  const { kind, reference } = parseHandle(own.handle);
  expect(kind).toBe('manager.Manager');
  expect(own.dict().handle).toMatch(new RegExp(`^multiprocess:manager\\.DictProxy:${reference.split('/')[0]}/\\d+$`));
  const segment = Segment.attach(reference.split('/')[0]!, 'manager.Requests');
  const [server, state, clients] = [160, 161, 162].map((index) => segment.words[index]);
  expect([server! > 0, state, clients]).toEqual([true, 1, 1]);
  await own.shutdown();
  expect(segment.words[161]).toBe(2);
});
