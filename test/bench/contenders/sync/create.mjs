// Makes objects, a thousand in a row: create.mjs <nameless | named>. A sample is the time in microseconds of making one, as
// the mean over these; each thousand is closed, unmeasured, before the next is made.
import { Barrier, BoundedSemaphore, Event, Lock, RLock, Semaphore } from '@multiprocess/sync';
import { SharedValue } from '@multiprocess/values';
import { now } from '../../harness/contender/clock.mjs';
import { serve } from '../../harness/contender/serve.mjs';

const COUNT = 1000;
const NS_PER_US = 1000;

let made = 0;
/** @type {Record<string, () => string | undefined>} */
const names = { nameless: () => undefined, named: () => `bench-${process.pid}-${made++}` };

/** @typedef {(name: string | undefined) => { close(): void }} Make */
/** @type {Record<string, Make>} */
const makers = {
  Lock: (name) => new Lock({ name }),
  RLock: (name) => new RLock({ name }),
  Semaphore: (name) => new Semaphore({ name, value: 3 }),
  BoundedSemaphore: (name) => new BoundedSemaphore({ name, value: 3 }),
  Event: (name) => new Event({ name }),
  Barrier: (name) => new Barrier({ name, parties: 3 }),
  SharedValue: (name) => new SharedValue('f64', 0, { name }),
};

const nameOf = names[process.argv[2] ?? ''];
if (nameOf === undefined)
  throw new RangeError(`No way "${process.argv[2]}"; there are ${Object.keys(names).join(', ')}`);

await serve((/** @type {{ primitive: string, ms: number }} */ { primitive, ms }) => {
  const make = makers[primitive];
  if (make === undefined) throw new RangeError(`No primitive "${primitive}"`);
  const samples = [];
  const objects = new Array(COUNT);
  for (const end = now() + ms * 1e6; now() < end;) {
    const begin = now();
    for (let i = 0; i < COUNT; i++) objects[i] = make(nameOf());
    samples.push((now() - begin) / COUNT / NS_PER_US);
    for (const object of objects) object.close();
  }
  return { samples };
});
