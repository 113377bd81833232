import { closeSync, openSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { getSystemErrorName } from 'node:util';
import type { Native } from './native.js';

export type { Native } from './native.js';

const require = createRequire(import.meta.url);

/** What the binary exports: `buffer` answers with a negative errno too. */
type Binding = Omit<Native, 'buffer'> & { buffer(segment: number, offset: number, byteLength: number): SharedArrayBuffer | number };

/** The binary of this thread, once loaded: Node keeps one per thread as well. */
let loaded: Native | undefined;

/**
 * The functions of the native binary, loaded at the first call.
 *
 * @throws {Error} If there is no binary for this platform, or it cannot be loaded; `cause` has one error for each that was tried.
 */
export function native(): Native {
  return (loaded ??= withErrors(load()));
}

function withErrors(binding: Binding): Native {
  return {
    ...binding,
    buffer(segment, offset, byteLength) {
      const buffer = binding.buffer(segment, offset, byteLength);
      if (typeof buffer !== 'number') return buffer;
      const hint = buffer === NOT_SUPPORTED ? ': this runtime does not allow buffers over memory that is not its own' : '';
      throw new Error(`Cannot make a buffer over segment ${segment}: ${getSystemErrorName(buffer)}${hint}`);
    },
  };
}

const NOT_SUPPORTED = -95; // ENOTSUP

/** The binary built in this clone, else the one of the platform's package. */
function load(): Binding {
  const name = platformName();
  const candidates = [`../multiprocess.${name}.node`, `@multiprocess/native-${name}`];
  const errors: unknown[] = [];
  for (const candidate of candidates) {
    try {
      return require(candidate) as Binding;
    } catch (error) {
      errors.push(error);
    }
  }
  throw new Error(
    `No native binary of multiprocess for ${name}: tried ${candidates.join(' and ')}. ` +
      'Memory shared between processes needs Linux on x64 or arm64, and installed optional dependencies (npm install --include=optional)',
    { cause: new AggregateError(errors) },
  );
}

function platformName(): string {
  const { platform, arch } = process;
  return platform === 'linux' ? `linux-${arch}-${usesMusl() ? 'musl' : 'gnu'}` : `${platform}-${arch}`;
}

/** Node's own program header names the loader of its C library. Reading it is much cheaper than `process.report`. */
function usesMusl(): boolean {
  const header = Buffer.alloc(4096);
  try {
    const fd = openSync(process.execPath, 'r');
    try {
      readSync(fd, header);
    } finally {
      closeSync(fd);
    }
  } catch {
    return false; // unreadable: then the common case, and the message of the loader if that is wrong
  }
  return header.includes('/ld-musl-');
}
