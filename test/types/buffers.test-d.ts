import { BufferPool, Queue } from 'multiprocess';
import type { SharedBuffer } from 'multiprocess';
import { expectTypeOf } from 'vitest';

// A buffer has views of shared memory, by the names of a SharedArray.
const pool = new BufferPool({ chunkSize: 64, chunks: 1 });
const buffer = pool.loanSync();
expectTypeOf(buffer).toEqualTypeOf<SharedBuffer>();
expectTypeOf(buffer.bytes).toEqualTypeOf<Uint8Array<SharedArrayBuffer>>();
expectTypeOf(buffer.as('f32')).toEqualTypeOf<Float32Array<SharedArrayBuffer>>();
expectTypeOf(buffer.as('i64')).toEqualTypeOf<BigInt64Array<SharedArrayBuffer>>();
expectTypeOf(pool.tryLoan()).toEqualTypeOf<SharedBuffer | undefined>();
expectTypeOf(pool.loan()).resolves.toEqualTypeOf<SharedBuffer>();
expectTypeOf(new Queue<SharedBuffer>().get()).resolves.toEqualTypeOf<SharedBuffer>();
// @ts-expect-error there is no such type
buffer.as('bool');
// @ts-expect-error both are needed
new BufferPool({ chunkSize: 64 });
// @ts-expect-error a pool that is not created needs its name
new BufferPool({ create: false });
