import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { SerializationError } from '@multiprocess/shared-memory';

const require = createRequire(import.meta.url);

/**
 * Runs the module at `url` if that has not been done, so that it registers what it has. Blocks.
 *
 * @throws {SerializationError} If it cannot be loaded, or not without waiting: it uses top-level await, or is being loaded right now.
 */
export function loadModuleSync(url: string): void {
  try {
    require(fileURLToPath(url));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SerializationError(`Cannot load ${url}, which the message refers to: ${reason}`, '$', { cause });
  }
}
