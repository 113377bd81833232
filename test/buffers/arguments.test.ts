import { BufferPool, SharedBuffer } from '@multiprocess/buffers';
import { testWrongArguments } from '../helpers/wrong-arguments.js';

const pool = new BufferPool({ chunkSize: 100, chunks: 60_000 });
const buffer = pool.loanSync();
const byteLength = [-1, 101, 0.5, NaN, Infinity];

testWrongArguments('buffers', {
  BufferPool: {
    call: (...args: [never]) => new BufferPool(...args),
    args: [{ chunkSize: 100, chunks: 1 }],
    wrongSizes: { 'options.chunkSize': [0, -1, 0.5, NaN, 2 ** 32], 'options.chunks': [0, 0.5, NaN, 65_537] },
  },
  'BufferPool.attach': { call: (handle) => BufferPool.attach(handle), args: [pool.handle] },
  'BufferPool.loan': {
    call: (options) => pool.loan(options),
    args: [{}],
    wrongSizes: { 'options.byteLength': byteLength },
  },
  'BufferPool.loanSync': {
    call: (options) => pool.loanSync(options),
    args: [{}],
    wrongSizes: { 'options.byteLength': byteLength },
  },
  'BufferPool.tryLoan': {
    call: (options) => pool.tryLoan(options),
    args: [{}],
    wrongSizes: { 'options.byteLength': byteLength },
  },
  'SharedBuffer.attach': { call: (handle) => SharedBuffer.attach(handle), args: [buffer.handle] },
});
