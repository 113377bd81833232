// One actor of the mixture: it uses all primitives at random, and writes down what it is about to do, so that the referee can tell
// what its death may have cost.
import { Lock, Queue } from 'multiprocess';
import { COUNTER, ITEMS_PER_ACTOR, nowWord } from './mixture-memory.mjs';
import { sleep } from './waiting.mjs';

const WAIT_MS = 2000;
const HANG_MS = 5000;
const PERMITS = 3;
const GIVEN_UP = /^ERR_MULTIPROCESS_(TIMEOUT|QUEUE_EMPTY|QUEUE_FULL|BROKEN_BARRIER)$/;

const wait = { timeout: WAIT_MS };
const below = (bound) => Math.floor(Math.random() * bound);
const coin = () => below(2) === 0;

export class Actor {
  #objects;
  #memory;
  #number;
  #put = 0;
  #lastSeen = new Map();

  constructor(objects, memory, number) {
    this.#objects = objects;
    this.#memory = memory;
    this.#number = number;
  }

  /** Uses everything until the referee says stop. Ends by itself now and then, by exit or by an error. */
  async run() {
    const names = Object.keys(this.#uses);
    for (let i = 0; this.#memory.get('stop') === 0; i++) {
      await this.#use(names[below(names.length)]);
      if (i % 8 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (below(3000) === 0) await this.#die();
    }
  }

  async #die() {
    this.#memory.setRecord('dead', this.#number, 1);
    this.#memory.add('deaths');
    if (coin()) process.exit(7);
    setTimeout(() => {
      throw new Error('on purpose');
    });
    await sleep(1000);
  }

  #fault(text) {
    this.#memory.fault(`${this.#number}: ${text}`);
  }

  async #use(name) {
    const [limit, use] = this.#uses[name];
    const begin = nowWord();
    try {
      await use();
    } catch (error) {
      if (GIVEN_UP.test(error?.code)) this.#memory.add('timeouts');
      else this.#fault(`${name} threw ${error?.stack}`);
    }
    this.#memory.add('operations');
    const took = (nowWord() - begin) | 0;
    // Where another process was stopped meanwhile, waiting for it is no fault.
    const stoppedMeanwhile = ((this.#memory.get('stoppedAt') - begin) | 0) > -400;
    if (took > limit + HANG_MS && !stoppedMeanwhile) this.#fault(`${name} hung for ${took} ms`);
  }

  /** The inside of a lock: no other actor is there, and both sums agree unless one died between them. */
  async #inside(lock, ownerDied, mayYield) {
    const { words } = this.#memory;
    const [inside, before, after] = ['Inside', 'Before', 'After'].map((part) => COUNTER[lock + part]);
    const other = Atomics.exchange(words, inside, this.#number);
    if (ownerDied) {
      this.#memory.add('takeovers');
      words[after] = words[before];
    } else {
      if (other !== 0) this.#fault(`${lock}: ${other} is inside, too`);
      if (words[before] !== words[after]) this.#fault(`${lock}: the sums are ${words[before]} and ${words[after]}`);
    }
    words[before]++;
    if (mayYield && coin()) await sleep(below(3));
    else for (let i = below(2000); i > 0; i--);
    words[after]++;
    if (Atomics.load(words, inside) !== this.#number) this.#fault(`${lock}: another one came inside`);
    Atomics.store(words, inside, 0);
  }

  #uses = {
    lock: [
      WAIT_MS,
      async () => {
        const { lock } = this.#objects;
        const sync = coin();
        if (!(sync ? lock.acquireSync(wait) : await lock.acquire(wait))) return;
        await this.#inside('lock', lock.ownerDied, !sync);
        lock.release();
      },
    ],
    rlock: [
      WAIT_MS,
      async () => {
        const { rlock } = this.#objects;
        if (coin()) {
          if (!rlock.acquireSync(wait)) return;
          const { ownerDied } = rlock;
          if (coin()) rlock.runSync(() => 1);
          await this.#inside('rlock', ownerDied, false);
          rlock.release();
        } else {
          await rlock.run(async () => {
            const { ownerDied } = rlock;
            await rlock.run(() => 1);
            await this.#inside('rlock', ownerDied, true);
          }, wait);
        }
      },
    ],
    bounded: [
      WAIT_MS,
      async () => {
        const { bounded } = this.#objects;
        if (!(coin() ? bounded.acquireSync(wait) : await bounded.acquire(wait))) return;
        this.#memory.setRecord('hasBounded', this.#number, 1);
        // Twice: one that has just been marked dead may have been counted.
        if (this.#livingWithPermit() > PERMITS && this.#livingWithPermit() > PERMITS)
          this.#fault(`more than ${PERMITS} have permits`);
        if (below(3) === 0) await sleep(below(3));
        this.#memory.setRecord('hasBounded', this.#number, 0);
        bounded.release();
      },
    ],
    semaphore: [
      WAIT_MS,
      async () => {
        const { semaphore } = this.#objects;
        const soon = { timeout: 200 };
        const mark = (state) => this.#memory.setRecord('hasPermit', this.#number, state);
        mark(1);
        const has = coin() ? semaphore.acquireSync(soon) : await semaphore.acquire(soon);
        if (has) {
          mark(2);
          if (below(3) === 0) await sleep(below(3));
          mark(3);
          semaphore.release();
        }
        mark(0);
      },
    ],
    event: [
      1500,
      async () => {
        const { event } = this.#objects;
        const turn = below(4);
        if (turn === 0) event.set();
        else if (turn === 1) event.clear();
        else if (turn === 2) event.waitSync({ timeout: 1500 });
        else await event.wait({ timeout: 1500 });
      },
    ],
    addToken: [
      WAIT_MS,
      async () => {
        const { condition } = this.#objects;
        const add = () => {
          this.#memory.words[COUNTER.tokens]++;
          condition.notify();
        };
        if (coin()) condition.runSync(add, wait);
        else await condition.run(add, wait);
      },
    ],
    takeToken: [
      2 * WAIT_MS,
      async () => {
        const { condition } = this.#objects;
        const { words } = this.#memory;
        const isThere = () => words[COUNTER.tokens] > 0;
        const take = (there) => {
          if (!there) return;
          if (!isThere()) this.#fault('waitFor() gives true though its predicate is false');
          words[COUNTER.tokens]--;
        };
        if (coin()) condition.runSync(() => take(condition.waitForSync(isThere, wait)), wait);
        else await condition.run(async () => take(await condition.waitFor(isThere, wait)), wait);
      },
    ],
    barrier: [
      600,
      async () => {
        const { barrier } = this.#objects;
        try {
          const place = coin() ? barrier.waitSync({ timeout: 300 }) : await barrier.wait({ timeout: 300 });
          if (![0, 1, 2].includes(place)) this.#fault(`place ${place} at a barrier of 3`);
          this.#memory.add(`place${place}`);
          this.#memory.add('barrierPassed');
        } catch (error) {
          if (below(3) === 0) barrier.reset();
          throw error;
        }
      },
    ],
    put: [
      WAIT_MS,
      async () => {
        if (this.#put + 8 >= ITEMS_PER_ACTOR) return;
        const { queue } = this.#objects;
        const turn = below(4);
        const items = Array.from({ length: turn >= 2 ? 1 + below(5) : 1 }, () => ({
          producer: this.#number,
          number: this.#put++,
          text: below(60) === 0 ? 'x'.repeat(below(40_000)) : 'y',
        }));
        this.#memory.setRecord('begun', this.#number, this.#put);
        if (turn === 0) queue.putSync(items[0]);
        else if (turn === 1) await queue.put(items[0]);
        else if (turn === 2) queue.putManySync(items);
        else await queue.putMany(items);
        this.#memory.setRecord('finished', this.#number, this.#put);
      },
    ],
    get: [
      500,
      async () => {
        const { queue } = this.#objects;
        const soon = { timeout: 100 };
        this.#memory.setRecord('inGet', this.#number, 1);
        try {
          const take = [
            () => [queue.getSync(soon)],
            async () => [await queue.get(soon)],
            () => queue.getManySync(10, soon),
            () => queue.getMany(10, soon),
          ];
          for (const item of await take[below(4)]()) this.#see(item);
        } finally {
          this.#memory.setRecord('inGet', this.#number, 0);
        }
      },
    ],
    joinable: [
      WAIT_MS,
      async () => {
        const { joinable } = this.#objects;
        if (coin()) return await joinable.put({ a: 1 }, { timeout: 300 });
        const item = coin() ? joinable.getSync({ timeout: 100 }) : await joinable.get({ timeout: 100 });
        if (item?.a !== 1) this.#fault(`a joinable queue gave ${JSON.stringify(item)}`);
        joinable.taskDone();
      },
    ],
    pipe: [
      600,
      async () => {
        const { endA, endB } = this.#objects;
        const end = coin() ? endA : endB;
        const text = 'z'.repeat(below(100));
        const turn = below(4);
        if (turn === 0) return end.sendSync({ text, length: text.length }, { timeout: 100 });
        if (turn === 1) return await end.send({ text, length: text.length }, { timeout: 100 });
        const received = turn === 2 ? end.recvSync({ timeout: 50 }) : await end.recv({ timeout: 50 });
        if (received.text.length !== received.length) this.#fault('a message of a pipe is damaged');
      },
    ],
    values: [
      100,
      async () => {
        const { value, list } = this.#objects;
        value.add(1);
        list.set(below(3), 'abc'.repeat(below(3)));
        const text = list.at(below(3));
        if (!/^(abc)*$/.test(text)) this.#fault(`a list has ${JSON.stringify(text)}`);
      },
    ],
    make: [
      500,
      async () => {
        const [lock, queue] = [new Lock(), new Queue()];
        lock.acquireSync();
        queue.putSync(1);
        if (coin()) return;
        lock.close();
        queue.close();
      },
    ],
  };

  #livingWithPermit() {
    let count = 0;
    for (let actor = 1; actor < this.#memory.get('next'); actor++) {
      const has = this.#memory.record('hasBounded', actor) === 1 && this.#memory.record('dead', actor) === 0;
      if (has) count++;
    }
    return count;
  }

  #see({ producer, number }) {
    const last = this.#lastSeen.get(producer) ?? -1;
    if (last >= number) this.#fault(`order: item ${number} of ${producer} after ${last}`);
    this.#lastSeen.set(producer, number);
    if (this.#memory.see(producer, number) !== 0) this.#fault(`item ${number} of ${producer} came twice`);
  }
}
