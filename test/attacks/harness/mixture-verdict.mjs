// What must hold when the mixture has stopped: every object that is left must serve, and the counts must agree up to what the
// deaths may have cost.
import { ITEMS_PER_ACTOR, MAX_ACTORS } from './mixture-memory.mjs';
import { sleep } from './waiting.mjs';

const WAIT_MS = 5000;
const PERMITS = 3;
const MAX_ITEMS_AT_ONCE = 10;
const wait = { timeout: WAIT_MS };

function must(condition, text) {
  if (!condition) throw new Error(text);
}

/** One check an object: what it must still do. */
const CHECKS = {
  async lock({ lock }) {
    must(await lock.acquire(wait), 'cannot be acquired');
    lock.release();
    must(lock.acquireSync(wait), 'cannot be acquired by a blocking call');
    lock.release();
  },
  async rlock({ rlock }) {
    must(rlock.acquireSync(wait), 'cannot be acquired');
    rlock.release();
  },
  async bounded({ bounded }) {
    must(bounded.value === PERMITS, `has ${bounded.value} permits`);
    for (let i = 0; i < PERMITS; i++) must(bounded.tryAcquire(), 'a permit is missing');
    must(!bounded.tryAcquire(), 'has a permit too many');
    bounded.release(PERMITS);
  },
  async semaphore({ semaphore }, memory) {
    const states = actorsOf(memory).map((actor) => memory.record('hasPermit', actor));
    const held = states.filter((state) => state === 2).length;
    const unsure = states.filter((state) => state === 1 || state === 3).length;
    const found = `value ${semaphore.value}, ${held} died with a permit, ${unsure} may have`;
    must(semaphore.value + held <= PERMITS && semaphore.value + held + unsure >= PERMITS, found);
  },
  async event({ event }) {
    event.clear();
    const waiting = event.wait(wait);
    event.set();
    must(await waiting, 'does not wake');
  },
  async condition({ condition }) {
    const waiting = condition.run(() => condition.wait(wait));
    await sleep(50);
    await condition.run(() => condition.notify(), wait);
    must(await waiting, 'does not wake');
  },
  async barrier({ barrier }, memory) {
    barrier.reset();
    const places = await Promise.all([barrier.wait(wait), barrier.wait(wait), barrier.wait(wait)]);
    must(places.sort().join() === '0,1,2', `places ${places.join()}`);
    const counts = [memory.get('place0'), memory.get('place1'), memory.get('place2')];
    must(Math.max(...counts) - Math.min(...counts) <= memory.get('deaths'), `places were given ${counts.join()} times`);
  },
  async queue({ queue }, memory) {
    const last = new Map();
    while (!queue.empty) {
      for (const { producer, number } of await queue.getMany(100, wait)) {
        must((last.get(producer) ?? -1) < number, 'gives items out of order');
        last.set(producer, number);
        must(memory.see(producer, number) === 0, 'gives an item twice');
      }
    }
    must(queue.size === 0, `is empty and has size ${queue.size}`);
    await queue.put('last');
    must((await queue.get(wait)) === 'last', 'gives something else');
    checkItems(memory);
  },
  async joinable({ joinable }) {
    while (!joinable.empty) await joinable.get(wait);
    must(joinable.size === 0, `is empty and has size ${joinable.size}`);
    await joinable.put(1, wait);
  },
  async pipe({ endA, endB }) {
    for (const end of [endA, endB]) while (await end.poll()) await end.recv();
    await endA.send({ x: 1 }, wait);
    must((await endB.recv(wait)).x === 1, 'gives something else');
  },
  async list({ list }) {
    for (let i = 0; i < 3; i++) must(/^(abc)*$/.test(list.at(i)), `has ${list.at(i)}`);
  },
};

export async function checkAll(objects, memory, report) {
  for (const [name, check] of Object.entries(CHECKS)) {
    const begin = performance.now();
    try {
      await check(objects, memory);
    } catch (error) {
      report.fault(`afterwards, ${name}: ${error.stack}`);
    }
    const took = performance.now() - begin;
    if (took > WAIT_MS) report.fault(`afterwards, ${name} took ${Math.round(took)} ms`);
  }
}

function actorsOf(memory) {
  return Array.from({ length: Math.min(memory.get('next'), MAX_ACTORS) - 1 }, (_, i) => i + 1);
}

/** Each item once; lost ones at most those that a consumer took and died with. */
function checkItems(memory) {
  let [lost, invented, killedConsumers] = [0, 0, 0];
  for (const actor of actorsOf(memory)) {
    if (memory.record('inGet', actor) === 1) killedConsumers++;
    const [begun, finished] = [memory.record('begun', actor), memory.record('finished', actor)];
    for (let item = 0; item < ITEMS_PER_ACTOR; item++) {
      const seen = memory.timesSeen(actor, item) > 0;
      if (seen && item >= begun) invented++;
      if (!seen && item < finished) lost++;
    }
  }
  must(lost <= killedConsumers * MAX_ITEMS_AT_ONCE, `lost ${lost} items, and ${killedConsumers} consumers were killed`);
  must(invented === 0, `gave ${invented} items that were never put`);
}
