import { existsSync } from 'node:fs';
import { ownUrl } from '@multiprocess/shared-memory';
import { deserialize, importModule, serialize } from '@multiprocess/serialization';
import { become } from '../launch/identity.js';

/**
 * In a spare, before it has a launch: runs the code that every launch runs, its own and Node's, so that this is compiled when it
 * is needed. The import is one of a module that is there, since it only has to go the way of any.
 */
export async function warmUp(): Promise<void> {
  become({ name: '', path: [0], daemon: false, authkey: new Uint8Array(0), parent: { pid: process.ppid, name: '' } });
  const own = ownUrl(import.meta);
  const forChildren = new URL('./in-child.js', own); // Node's loader has not loaded the module itself: see child-packages.ts
  await importModule(existsSync(forChildren) ? forChildren.href : own);
  deserialize(serialize({ name: '', path: [0], authkey: new Uint8Array(1) }));
}
