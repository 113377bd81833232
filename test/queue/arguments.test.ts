import { JoinableQueue, Queue, SimpleQueue } from '@multiprocess/queue';
import { testWrongArguments } from '../helpers/wrong-arguments.js';
import type { CallUnderTest } from '../helpers/wrong-arguments.js';

type Method = (...args: never[]) => unknown;

/** Objects of every kind may be options of a wait; only what is in them is looked at. */
const waits = (method: Method, ...args: unknown[]): CallUnderTest => ({
  call: (...given) => method(...given),
  args,
  wrongSizes: { max: [0, -1, 0.5, NaN] },
  alsoTakes: { options: ['array', 'record'], items: ['array', 'string'] },
});

function simpleCalls(name: string, queue: SimpleQueue | Queue): Record<string, CallUnderTest> {
  return {
    [`${name}.put`]: waits((item, options) => queue.put(item, options), 'item', {}),
    [`${name}.putSync`]: waits((item, options) => queue.putSync(item, options), 'item', {}),
    [`${name}.get`]: waits((options) => queue.get(options)),
    [`${name}.getSync`]: waits((options) => queue.getSync(options)),
    [`${name}.drained`]: waits((options) => queue.drained(options)),
    [`${name}.drainedSync`]: waits((options) => queue.drainedSync(options)),
  };
}

function calls(name: string, queue: Queue): Record<string, CallUnderTest> {
  return {
    ...simpleCalls(name, queue),
    [`${name}.putMany`]: waits((items, options) => queue.putMany(items, options), [], {}),
    [`${name}.putManySync`]: waits((items, options) => queue.putManySync(items, options), [], {}),
    [`${name}.getMany`]: waits((max, options) => queue.getMany(max, options), 1, {}),
    [`${name}.getManySync`]: waits((max, options) => queue.getManySync(max, options), 1, {}),
    [`${name}.shutdown`]: { call: (options) => queue.shutdown(options), args: [] },
  };
}

const wrongSizes = { 'options.maxsize': [-1, 0.5, NaN, 2 ** 31], 'options.memory': [-1, 0, NaN, 2 ** 31] };
const joinable = new JoinableQueue();

testWrongArguments('queue', {
  SimpleQueue: { call: (options) => new SimpleQueue(options), args: [] },
  'SimpleQueue.attach': { call: (handle) => SimpleQueue.attach(handle), args: [] },
  ...simpleCalls('SimpleQueue', new SimpleQueue()),
  Queue: { call: (options) => new Queue(options), args: [], wrongSizes },
  'Queue.attach': { call: (handle) => Queue.attach(handle), args: [] },
  ...calls('Queue', new Queue()),
  JoinableQueue: { call: (options) => new JoinableQueue(options), args: [], wrongSizes },
  'JoinableQueue.attach': { call: (handle) => JoinableQueue.attach(handle), args: [] },
  ...calls('JoinableQueue', joinable),
  'JoinableQueue.join': waits((options) => joinable.join(options)),
  'JoinableQueue.joinSync': waits((options) => joinable.joinSync(options)),
});
