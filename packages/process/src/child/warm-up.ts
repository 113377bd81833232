import { deserialize, serialize } from '@multiprocess/serialization';
import { become } from '../launch/identity.js';

/**
 * In a spare, before it has a launch: imports the module that nearly every target imports, and runs the code that every launch
 * runs, so that this is compiled and in memory when it is needed.
 */
export async function warmUp(): Promise<void> {
  // It will be a child in any case, so `isMainProcess` is false in the modules that are imported now.
  become({ name: '', path: [0], daemon: false, authkey: new Uint8Array(0), parent: { pid: process.ppid, name: '' } });
  await import('../index.js');
  deserialize(serialize({ name: '', path: [0], authkey: new Uint8Array(1) }));
}
