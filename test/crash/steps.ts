import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/**
 * Lets one thread after the other do `action` to the object and die one step later than the one before, until one lives.
 * After each death `examine` looks at what it left behind.
 *
 * @param which of many steps: only those that change shared memory, and of these every how-manieth. Default: all accesses
 * @returns how many died
 */
export async function dieAtEveryStep(
  action: string,
  newObject: () => { readonly handle: string; close(): void },
  examine: (object: never, step: number) => Promise<void> | void,
  which: { readonly changes: boolean; readonly every: number } = { changes: false, every: 1 },
): Promise<number> {
  for (let step = 1; ; step += which.every) {
    const object = newObject();
    const worker = new Worker(new URL('fixtures/die-at-step.mjs', import.meta.url), {
      workerData: [object.handle, action, String(step), '', which.changes ? 'changes' : ''],
      execArgv: [],
    });
    const [code] = (await once(worker, 'exit')) as [number]; // rejects if it fails
    try {
      await examine(object as never, step);
    } catch (error) {
      throw new Error(`after death before step ${step} of ${action}`, { cause: error });
    } finally {
      object.close();
    }
    if (code === 0) return Math.ceil((step - 1) / which.every);
  }
}
