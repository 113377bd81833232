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
  checkModule(url);
  try {
    require(fileURLToPath(url));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new SerializationError(`Cannot load ${url}, which the message refers to: ${reason}`, '$', { cause });
  }
}

/** What `import.meta.url` can be: anything else was not written by {@link task}, and is not shown. */
const MODULE = /^[a-z][a-z0-9+.-]*:[!-~]*$/i;

/** @throws {SerializationError} If that is no URL of a module. */
export function checkModule(url: string): void {
  if (!MODULE.test(url)) {
    throw new SerializationError(
      `The message is damaged: it names a module by ${url.length} characters that are no URL`,
    );
  }
}
