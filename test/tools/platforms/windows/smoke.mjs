// @ts-check
// What must hold on Windows before any suite can: processes share memory, wake each other, and learn of each other's death.
// Starts itself as its children, with the name of what they are to do.
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

process.env['MULTIPROCESS_DIR'] ??= path.join(mkdtempSync(path.join(tmpdir(), 'mp-')), 'shared');
const KILLS = Number(process.env['MULTIPROCESS_KILLS'] ?? 10);

const { describePlatform, segmentDirectory } = await import('@multiprocess/shared-memory');
const { Lock } = await import('@multiprocess/sync');
const { Queue } = await import('@multiprocess/queue');
const { Pool } = await import('@multiprocess/pool');

/** @type {Record<string, (handle: string) => Promise<void> | void>} */
const children = {
  hold(handle) {
    const lock = new Lock({ name: handle });
    assert.equal(lock.acquireSync({ timeout: 20_000 }), true);
    process.send?.('held');
    setInterval(() => {}, 1000);
  },
  produce(handle) {
    const queue = new Queue({ name: handle, maxsize: 8 });
    for (let item = 0; ; item++) {
      queue.putSync(item);
      if (item === 0) process.send?.('begun');
    }
  },
  async echo(handle) {
    const [requests, replies] = [new Queue({ name: `${handle}-in` }), new Queue({ name: `${handle}-out` })];
    process.send?.('ready');
    for (;;) {
      const item = await requests.get();
      if (item === 'end') break;
      await replies.put(item);
    }
    process.disconnect();
  },
};

/** @param {string} what @param {string} handle */
async function start(what, handle) {
  const child = fork(fileURLToPath(import.meta.url), [what, handle], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return child;
}

const [what, handle = ''] = process.argv.slice(2);
if (what !== undefined) {
  await children[what]?.(handle);
} else {
  console.log(process.version, process.platform, JSON.stringify(describePlatform()));
  console.log('directory', segmentDirectory());

  const [requests, replies] = [new Queue({ name: 'echo-in' }), new Queue({ name: 'echo-out' })];
  const child = await start('echo', 'echo');
  for (let turn = 0; turn < 200; turn++) {
    await requests.put({ turn });
    assert.deepEqual(await replies.get({ timeout: 20_000 }), { turn });
  }
  for (let turn = 0; turn < 200; turn++) {
    requests.putSync(turn);
    assert.equal(replies.getSync({ timeout: 20_000 }), turn);
  }
  await requests.put('end');
  await once(child, 'exit');
  console.log('queue: 400 messages there and back');

  const lock = new Lock({ name: 'held' });
  for (let kill = 0; kill < KILLS; kill++) {
    const holder = await start('hold', 'held');
    const form = kill % 2 === 0 ? 'acquire' : 'acquireSync';
    holder.kill('SIGKILL');
    assert.equal(await lock[form]({ timeout: 20_000 }), true);
    assert.equal(lock.ownerDied, true);
    lock.release();
  }
  console.log(`lock: ${KILLS} holders killed`);
  const queue = new Queue({ name: 'produced', maxsize: 8 });
  for (let kill = 0; kill < KILLS; kill++) {
    const producer = await start('produce', 'produced');
    for (let item = 0; item < 20; item++) assert.equal(await queue.get({ timeout: 20_000 }), item);
    producer.kill('SIGKILL');
    await once(producer, 'exit');
    while (!queue.empty) await queue.get({ timeout: 20_000 });
    await queue.put('after');
    assert.equal(await queue.get({ timeout: 20_000 }), 'after');
  }
  console.log(`queue: ${KILLS} producers killed while they put`);
  const pool = new Pool({ processes: 2 });
  for (let kill = 0; kill < KILLS; kill++) {
    const killed = pool.apply(() => process.kill(process.pid, 'SIGKILL'));
    await assert.rejects(killed, { code: 'ERR_MULTIPROCESS_WORKER_DIED' });
    assert.equal(await pool.apply((/** @type {number} */ one) => one + 1, [kill]), kill + 1);
  }
  pool.close();
  await pool.join();
  console.log(`pool: ${KILLS} workers killed`);
  console.log('files', readdirSync(segmentDirectory()).length);
}
