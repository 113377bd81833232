import { deserialize, serialize } from '@multiprocess/serialization';
import { become } from '../launch/identity.js';

/**
 * In a spare, before it is known what it is for: loads what the module of nearly every target imports, and runs what every
 * launch runs, so that it is found, compiled and in memory when it is needed.
 */
export async function warmUp(): Promise<void> {
  // It will be a child in any case: modules that ask while they load whether this is the main process get the right answer.
  become({ name: '', path: [0], daemon: false, authkey: new Uint8Array(0), parent: { pid: process.ppid, name: '' } });
  await import('../index.js');
  deserialize(serialize({ name: '', path: [0], authkey: new Uint8Array(1) }));
}
