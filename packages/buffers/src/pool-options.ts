import { checkInteger, checkNaming, checkOptions, NAME_OPTIONS, WAIT_OPTIONS } from '@multiprocess/shared-memory';
import type { BlockOptions, NameOptions, Naming, WaitOptions } from '@multiprocess/shared-memory';
import { MAX_CHUNKS, MAX_POOL_BYTES, shapeOf } from './words/pool-layout.js';

/** How to create a {@link BufferPool}. */
export interface BufferPoolOptions extends NameOptions {
  /** Bytes of each chunk, at least 1. */
  readonly chunkSize: number;
  /** How many chunks, 1 to 65,536. All of their memory is reserved at once: at most 4 GiB less 1 MiB together. */
  readonly chunks: number;
}

/** How to attach to a {@link BufferPool} of another program, of any size. */
export interface PoolToAttach {
  /** The name it was created with. */
  readonly name: string;
  readonly create: false;
}

/** How to take a chunk at once. */
export interface TryLoanOptions {
  /** Bytes to lend, from the start of the chunk. Default: all of it. */
  readonly byteLength?: number | undefined;
}

/** How to wait for a chunk. */
export interface LoanOptions extends WaitOptions, TryLoanOptions {}

/** The names of all options of a loan. */
export const LOAN_OPTIONS = [...WAIT_OPTIONS, 'byteLength'] as const;

/** How to block for a chunk. */
export interface LoanSyncOptions extends BlockOptions, TryLoanOptions {}

/** The options, checked; no size if the pool is only to be attached to. */
export function checkPoolOptions(options: BufferPoolOptions | PoolToAttach): {
  readonly naming: Naming;
  readonly size: { readonly chunkSize: number; readonly chunks: number } | undefined;
} {
  const given = checkOptions<Partial<BufferPoolOptions>>(options, '{ chunkSize: 65536, chunks: 16 }', [
    ...NAME_OPTIONS,
    'chunkSize',
    'chunks',
  ]);
  const naming = checkNaming(given);
  const { chunkSize, chunks } = given;
  if (chunkSize === undefined && chunks === undefined && !naming.create) return { naming, size: undefined };
  const size = {
    chunkSize: checkInteger('chunkSize', chunkSize, { min: 1, max: MAX_POOL_BYTES, unit: 'bytes' }),
    chunks: checkInteger('chunks', chunks, { min: 1, max: MAX_CHUNKS }),
  };
  const { byteLength } = shapeOf(size.chunkSize, size.chunks);
  if (byteLength > MAX_POOL_BYTES) {
    throw new RangeError(
      `${size.chunks} chunks of ${size.chunkSize} bytes take ${byteLength} bytes: a pool has at most ${MAX_POOL_BYTES}. Make several pools`,
    );
  }
  return { naming, size };
}

/** How many bytes to lend. @throws {@link TypeError} or {@link RangeError} if they are not in a chunk. */
export function checkByteLength(options: LoanOptions | undefined, chunkSize: number): number {
  if (options === undefined) return chunkSize;
  const { byteLength = chunkSize } = checkOptions(options, '{ byteLength: 1024 }', LOAN_OPTIONS);
  return checkInteger('byteLength', byteLength, { max: chunkSize, unit: 'bytes' });
}
