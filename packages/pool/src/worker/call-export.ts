import { task } from '@multiprocess/process';
import { importModule } from '@multiprocess/serialization';
import { WORKER_MODULE } from './worker-module.js';

/** In a worker: calls an exported function of a module, which is imported at the first call. */
export const callExport = task(
  WORKER_MODULE,
  'callExport',
  async function callExport(url: string, name: string, args: readonly unknown[]): Promise<unknown> {
    const module = await importModule(url);
    const fn = Object.hasOwn(module, name) ? module[name] : undefined;
    if (typeof fn === 'function') return Reflect.apply(fn, undefined, args);
    const functions = Object.keys(module).filter((key) => typeof module[key] === 'function');
    throw new TypeError(`${url} exports no function called ${name}, but ${functions.join(', ') || 'none at all'}`);
  },
);
