import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { ownUrl, whileImporting } from '@multiprocess/shared-memory';
import { deserialize, importModule, serialize } from '@multiprocess/serialization';
import { become } from '../launch/identity.js';

/** As programs name it: Node's search for a package by its name is most of what the module of a target costs. */
const PACKAGE = '@multiprocess/serialization';

/**
 * In a spare, before it has a launch: runs the code that every launch runs, its own and Node's, so that this is compiled when it
 * is needed. The modules are some that are there, since they only have to go the ways of any: of imports, and of `require`.
 */
export async function warmUp(): Promise<void> {
  become({ name: '', path: [0], daemon: false, authkey: new Uint8Array(0), parent: { pid: process.ppid, name: '' } });
  const own = ownUrl(import.meta);
  const forNode = new URL('./in-node.js', own); // Node's loader has not loaded the module itself: see load-child.ts
  if (existsSync(forNode)) {
    await whileImporting(importPackage);
    whileImporting(() => createRequire(own)(fileURLToPath(forNode)) as unknown);
  } else await importModule(own);
  deserialize(serialize({ name: '', path: [0], authkey: new Uint8Array(1) }));
}

async function importPackage(): Promise<void> {
  try {
    // eslint-disable-next-line no-restricted-syntax -- a module of this toolkit, which starts nothing
    await import(PACKAGE);
  } catch {
    // not where this file is, as in a deployment of single files
  }
}
