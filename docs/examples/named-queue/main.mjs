// Two programs that share nothing but an address and a key meet at a queue: node main.mjs starts both.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isMainProcess, Manager } from 'multiprocess';
import { named } from './named.mjs';

const run = promisify(execFile);
const authkey = Buffer.from('both programs know this');

const [, , role, address = ''] = process.argv;

/** @returns {Promise<import('multiprocess').QueueProxy<string>>} */
async function meet() {
  const manager = await Manager.connect({ address, authkey });
  const place = /** @type {any} */ (manager.create('named', 'letters', manager.queue()));
  return place.get();
}

if (role === 'writer') {
  const letters = await meet();
  await letters.putMany(['a', 'b', 'c']);
  process.exit();
} else if (role === 'reader') {
  const letters = await meet();
  console.log((await letters.get()) + (await letters.get()) + (await letters.get()));
  process.exit();
} else if (isMainProcess) {
  const manager = await Manager.start({ address: `unix:@named-queue-${process.pid}`, authkey });
  manager.register({ url: new URL('./named.mjs', import.meta.url).href }, named);
  const start = (/** @type {string} */ what) =>
    run(process.execPath, [fileURLToPath(import.meta.url), what, manager.address]);
  const [read] = await Promise.all([start('reader'), start('writer')]);
  console.log(`The reader has read ${read.stdout.trim()}`);
  assert.equal(read.stdout.trim(), 'abc');
  await manager.shutdown();
}
