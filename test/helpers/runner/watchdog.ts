import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeEach } from 'vitest';

/**
 * Watches over every test of this file: shortly before one times out, the watchdog says where its processes stand and
 * what `directory` holds; and one that blocks the thread, so that the runner cannot time it out, is ended with the file.
 */
export function watch(directory: string, hookTimeout: number): void {
  const thread = new Worker(new URL('watchdog-thread.mjs', import.meta.url), {
    workerData: { directory },
    execArgv: [],
  });
  thread.unref();

  // Between two tests: imports and hooks.
  const between = 'imports and hooks';
  const begin = (id: string, what: string, timeout: number) => {
    // Without a limit (vitest writes 0 or Infinity) there is nothing to watch for.
    if (timeout > 0 && timeout < 2 ** 31) thread.postMessage({ begin: id, what, timeout });
  };
  const end = (id: string) => {
    thread.postMessage({ end: id });
  };

  begin(between, between, hookTimeout);
  beforeEach(({ task }) => {
    end(between);
    begin(task.id, task.name, task.timeout);
  });
  afterEach(({ task }) => {
    end(task.id);
    begin(between, between, hookTimeout);
  });
  afterAll(() => {
    end(between);
  });
}
