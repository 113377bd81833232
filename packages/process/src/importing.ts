import { ProcessStartError } from '@multiprocess/shared-memory';

// Set while a child imports what it needs, before its target is called. Per thread, and the same for every copy of this
// package, since the module that is imported may have its own.
const IMPORTING: unique symbol = Symbol.for('@multiprocess/process importing') as never;
const place = globalThis as { [IMPORTING]?: boolean };

/** Runs `load`, during which no process may be started. */
export async function whileImporting<T>(load: () => T | Promise<T>): Promise<T> {
  place[IMPORTING] = true;
  try {
    return await load();
  } finally {
    place[IMPORTING] = false;
  }
}

/**
 * Children that start children while they are imported would do so for ever.
 *
 * @throws {ProcessStartError} If this is a child and its modules are being imported.
 */
export function refuseWhileImporting(name: string): void {
  if (place[IMPORTING] !== true) return;
  throw new ProcessStartError(
    `${name} cannot be started here: this is a child that is just importing the module of its target, and every child would start another one. ` +
      "Put what only the main process shall do behind a guard: import { isMainProcess } from '@multiprocess/process'; if (isMainProcess) { … start() … }",
  );
}
