// A manager over TCP under malformed frames, slow and silent connections, oversize frames before and after authentication, foreign
// methods, guessed objects and random requests, with both serializers. The server must live, keep its memory, answer a good client
// within 5 s, and never run what is no exposed method.
//   node sockets.mjs [seconds=90]
import { randomBytes } from 'node:crypto';
import { isMainProcess, Manager } from 'multiprocess';
import {
  ANSWER,
  CALL,
  CODECS,
  CREATE,
  descriptorsOf,
  enter,
  frame,
  rawConnection,
  residentMiB,
  word,
} from '../harness/remote-client.mjs';
import { Report } from '../harness/report.mjs';
import { codeOf, outcomeOf, sleep } from '../harness/waiting.mjs';

const [FEW, MANY] = [200, 1000];
const HANDSHAKE_MS = 6500;
const ANSWER_MS = 5000;
const MAX_MIB = 200;
const MAX_DESCRIPTORS = 6;

export class Secret {
  constructor() {
    this.field = 'visible';
  }
  pub() {
    return 'pub';
  }
  _private() {
    return 'PRIVATE';
  }
  get getter() {
    return () => 'GETTER';
  }
  static stat() {
    return 'STATIC';
  }
}
export class Limited {
  a() {
    return 'A';
  }
  b() {
    return 'B';
  }
}

const FOREIGN_METHODS = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...['prototype', 'apply', 'call', 'then', 'catch', 'toJSON', '', 'length ', '\u0000', 'Symbol.iterator', '#x'],
  ...['_private', 'getter', 'field', 'stat', 'b'],
  ...['invoke', 'adopt', 'proxy', 'exposed', 'gate', 'target', 'use', 'operations', 'leave', 'onFree', 'isHeldBy'],
];
const TYPES = [
  ['.list', [[1]]],
  ['.dict', [{ a: 1 }]],
  ['.namespace', [{}]],
  ['.value', [1]],
  ['.array', ['i32', 4]],
  ['.queue', [{}]],
  ['.joinableQueue', [{}]],
  ['.lock', []],
  ['.rlock', []],
  ['.semaphore', [1]],
  ['.boundedSemaphore', [1]],
  ['.condition', []],
  ['.event', []],
  ['.barrier', [2, {}]],
  ['Secret', []],
  ['Limited', []],
];

class Attack {
  #report;
  #name;
  #codec;
  #manager;
  #server;
  #port;

  constructor(report, serializer, manager, authkey) {
    this.#report = report;
    this.#name = serializer;
    this.#codec = CODECS[serializer];
    this.#manager = manager;
    this.#server = { address: manager.address, authkey, timeout: ANSWER_MS };
    this.#port = Number(manager.address.split(':').at(-1));
  }

  #fault(text) {
    this.#report.fault(`${this.#name}: ${text}`);
  }

  #openRaw(count) {
    return Promise.all(Array.from({ length: count }, () => rawConnection(this.#port)));
  }

  async goodClient(when) {
    const outcome = await outcomeOf(async () => {
      const client = await enter(this.#server);
      await client.sendBytes(frame(8, 1));
      const answer = Buffer.from(await client.recvBytes());
      client.close();
      return answer.readUInt32LE();
    }, ANSWER_MS + 1000);
    if (outcome !== ANSWER) this.#fault(`a good client ${when} gets ${outcome}`);
  }

  async owner(when) {
    const list = this.#manager.list([1]);
    const length = await outcomeOf(list.length(), ANSWER_MS);
    if (length !== 1) this.#fault(`the owner ${when} gets ${length}`);
    list.close();
  }

  async oversizeBeforeAuthentication() {
    const before = residentMiB(this.#manager.process.pid);
    const sockets = await this.#openRaw(FEW);
    for (const socket of sockets) {
      socket.write(word(256));
      for (let i = 0; i < 4; i++) socket.write(Buffer.alloc(65_536, 1));
    }
    await sleep(500);
    await this.owner('under oversize frames');
    const taken = residentMiB(this.#manager.process.pid) - before;
    if (taken > MAX_MIB) this.#fault(`${FEW} strangers took ${taken} MiB`);
    for (const socket of sockets) socket.destroy();
  }

  async slowStrangers() {
    const sockets = await this.#openRaw(FEW);
    let closed = 0;
    for (const socket of sockets) socket.on('close', () => closed++);
    const end = Date.now() + HANDSHAKE_MS;
    while (Date.now() < end && closed < FEW) {
      for (const socket of sockets) if (!socket.destroyed) socket.write(Buffer.of(0));
      await sleep(300);
    }
    if (closed < FEW) this.#fault(`${FEW - closed} slow strangers are still connected`);
    for (const socket of sockets) socket.destroy();
    await this.goodClient('after slow strangers');
  }

  async silentStrangers() {
    const sockets = await this.#openRaw(MANY);
    await this.owner('under silent connections');
    for (const socket of sockets) socket.destroy();
    await sleep(300);
    await this.goodClient('after silent connections');
  }

  async foreignMethods() {
    const client = await enter(this.#server);
    let call = 1;
    const ask = async (kind, body) => {
      await client.sendBytes(frame(kind, call++, body));
      return Buffer.from(await client.recvBytes({ timeout: ANSWER_MS })).readUInt32LE();
    };
    for (const [type, args] of TYPES) {
      const number = 2 ** 32 * 77 + call;
      await client.sendBytes(frame(CREATE, 0, this.#codec.encode([number, type, args])));
      for (const method of FOREIGN_METHODS) {
        const exposed = type === 'Secret' && method === 'getter'; // which gives a function, as a method does
        const answer = await ask(CALL, this.#codec.encode([number, method, []])).catch(codeOf);
        const isContainerMethod = !type.match(/^[A-Z]/) && answer === ANSWER && /^(length|toString)$/.test(method);
        if (answer === ANSWER && !exposed && !isContainerMethod) this.#fault(`${type}.${method} was run`);
        if (typeof answer === 'string') this.#fault(`${type}.${method}: ${answer}`);
      }
    }
    if ((await ask(CALL, this.#codec.encode([1, 'length', []]))) === ANSWER) this.#fault('a guessed object answered');
    client.close();
  }

  async randomRequests(ms) {
    const { encode } = this.#codec;
    const one = (list) => list[Math.floor(Math.random() * list.length)];
    const kinds = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 99, 32, 33];
    const end = Date.now() + ms;
    while (Date.now() < end) {
      const client = await enter(this.#server);
      for (let call = 1; call <= 100; call++) {
        const body = one([
          randomBytes(Math.floor(Math.random() * 60)),
          Buffer.concat([word(0xffffffff), randomBytes(8)]),
          encode([1, 'push', [1]]),
          encode([-1, 'x', []]),
          encode([2 ** 32, '.list', [[]]]),
          encode([1e300, '.dict', null]),
          encode({ a: 1 }),
          encode([[], []]),
          encode([2 ** 32, '.array', ['f64', 2 ** 28]]),
          encode([2 ** 32 + 1, '.semaphore', [-5]]),
          encode([2 ** 32 + 2, '.queue', [{ maxsize: 'x' }]]),
        ]);
        await client.sendBytes(frame(one(kinds), call, body, Math.floor(Math.random() * 3))).catch(codeOf);
      }
      client.close();
      await this.owner('after random requests');
    }
    await sleep(300);
    const { clients, objects } = await this.#manager.info();
    if (clients > 2 || objects > 4) this.#fault(`${clients} clients and ${objects} objects are left`);
    await this.goodClient('after random requests');
  }

  async monstrousBodies() {
    for (const body of MONSTERS[this.#name]) {
      const client = await enter(this.#server);
      await client.sendBytes(frame(CALL, 1, body));
      const answer = await outcomeOf(client.recvBytes(), ANSWER_MS);
      if (!(answer instanceof Uint8Array)) this.#fault(`${body.subarray(0, 40)}: no answer, ${answer}`);
      client.close();
      await this.owner('after a monstrous body');
    }
  }
}

const nested = (open, close, depth) => Buffer.from(open.repeat(depth) + close.repeat(depth));
const MONSTERS = {
  msgpack: [
    Buffer.concat([Buffer.of(0x10), Buffer.alloc(1e6, 0x91)]),
    Buffer.of(0x10, 0xdd, 0xff, 0xff, 0xff, 0xff),
    Buffer.concat([Buffer.of(0x10, 0xdb, 0x7f, 0xff, 0xff, 0xff), Buffer.alloc(100)]),
  ],
  json: [
    nested('[', ']', 200_000),
    Buffer.from(`[4294967296,".list",[${'{"$map":['.repeat(20_000)}${']}'.repeat(20_000)}]]`),
    Buffer.from(`{"$bigint":"${'9'.repeat(3e6)}"}`),
    Buffer.from('{"$handle":"multiprocess:manager.DictProxy:aaaa/1/tcp%3A%2F%2F127.0.0.1%3A1"}'),
    Buffer.from('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
    Buffer.from('{"$error":{"name":"TypeError","message":"x","stack":5,"cause":{"$error":{}}}}'),
    ...['{"$date":"x"}', '{"$map":5}', '{"$bytes":"%%%"}'].map((text) => Buffer.from(text)),
  ],
};

if (isMainProcess) await main(Number(process.argv[2] ?? 90));

async function main(seconds) {
  const report = new Report();
  const authkey = Buffer.from('the key of this test');
  const figures = {};
  for (const serializer of Object.keys(CODECS)) {
    const manager = await Manager.start({ address: 'tcp://127.0.0.1:0', authkey, serializer });
    await manager.register(import.meta, Secret);
    await manager.register(import.meta, Limited, { exposed: ['a'] });
    const { pid } = manager.process;
    const attack = new Attack(report, serializer, manager, authkey);
    await attack.goodClient('at first');
    const descriptors = descriptorsOf(pid);
    await attack.oversizeBeforeAuthentication();
    await attack.slowStrangers();
    await attack.silentStrangers();
    await attack.foreignMethods();
    await attack.randomRequests((seconds * 1000) / 4);
    await attack.monstrousBodies();
    await sleep(500);
    figures[serializer] = { residentMiB: Math.round(residentMiB(pid)), descriptors: [descriptors, descriptorsOf(pid)] };
    if (descriptorsOf(pid) > descriptors + MAX_DESCRIPTORS) report.fault(`${serializer}: descriptors are left open`);
    if (manager.process.exitCode !== null) report.fault(`${serializer}: the server ended`);
    await manager.shutdown();
  }
  report.conclude(figures);
}
