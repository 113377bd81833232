// Counts words by several processes into one table that a manager holds: node main.mjs
import assert from 'node:assert/strict';
import { isMainProcess, Manager, Process, task } from 'multiprocess';

const texts = ['the cat and the dog', 'the dog and the bird', 'a bird and a cat', 'the end'];

/** @typedef {import('multiprocess').DictProxy<string, number>} Table */

export const countWords = task(
  import.meta,
  async function countWords(/** @type {Table} */ table, /** @type {string} */ text) {
    // Not awaited one by one: all of them travel together, and each is atomic in the manager.
    await Promise.all(text.split(' ').map((word) => table.increment(word)));
  },
);

if (isMainProcess) {
  const manager = await Manager.start();
  const table = /** @type {Table} */ (manager.dict());
  const counters = texts.map((text) => new Process({ target: countWords, args: [table, text] }));
  for (const counter of counters) counter.start();
  for (const counter of counters) await counter.join();

  console.log(table.sync);
  assert.equal(await table.get('the'), 5);
  assert.equal(await table.get('and'), 3);
  await manager.shutdown();
}
