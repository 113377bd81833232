import * as threads from 'node:worker_threads';
import { BufferPool, Lock, Pipe, Queue, RWLock, SharedArray, SharedMap, SharedMemory, SharedValue } from 'multiprocess';
import { expect, test } from 'vitest';

const pool = new BufferPool({ chunkSize: 4096, chunks: 2 });
const pipe = Pipe.duplex();

test.skipIf(!('markAsUncloneable' in threads)).each<readonly [string, { close(): void }]>([
  ['Lock', new Lock()],
  ['RWLock', new RWLock()],
  ['Queue', new Queue()],
  ['SharedMap', new SharedMap()],
  ['SharedMemory', new SharedMemory({ size: 8 })],
  ['SharedValue', new SharedValue('i32')],
  ['SharedArray', new SharedArray('i32', 1)],
  ['SharedBuffer', pool.loanSync()],
  ['BufferPool', pool],
  ['Connection', pipe[0]],
])('structuredClone() and postMessage() refuse a %s, of which they would make a dead object', (_, object) => {
  const { port1, port2 } = new threads.MessageChannel();
  expect(() => structuredClone(object)).toThrow('Cannot clone');
  expect(() => {
    port1.postMessage({ within: object });
  }).toThrow('Cannot clone');
  port2.close();
  object.close();
});
