// Two processes want the same lock: lock-contended.mjs <way>. It starts itself once more, as the other side.
import { fileURLToPath } from 'node:url';
import { SharedMemory } from '@multiprocess/shared-memory';
import { Lock } from '@multiprocess/sync';
import { now, START_MARGIN_NS } from '../../harness/contender/clock.mjs';
import { contend, contendSync, replyOf } from '../../harness/contender/contend.mjs';
import { lockFile, makeLockFile } from '../../harness/contender/lock-file.mjs';
import { Program } from '../../harness/program.mjs';
import { serve } from '../../harness/contender/serve.mjs';

/** @import { Outcome, Stretch } from '../../harness/contender/contend.mjs' */

const [way = '', given, memoryHandle] = process.argv.slice(2);
const memory = memoryHandle === undefined ? new SharedMemory({ size: 64 }) : SharedMemory.attach(memoryHandle);
const last = new Int32Array(memory.buffer);
const what = given ?? (way === 'file' ? makeLockFile() : new Lock().handle);
const lock = way === 'file' ? undefined : Lock.attach(what);

/** @param {Stretch} stretch @returns {Outcome | Promise<Outcome>} */
function compete(stretch) {
  if (lock === undefined) {
    return contend(
      async (section) => {
        const release = await lockFile(what);
        section();
        await release();
      },
      stretch,
      last,
      process.pid,
    );
  }
  if (way === 'sync') return contendSync(lock, stretch, last, process.pid);
  return contend(
    async (section) => {
      await lock.acquire();
      section();
      lock.release();
    },
    stretch,
    last,
    process.pid,
  );
}

if (given !== undefined) {
  await serve(compete);
} else {
  const other = new Program(fileURLToPath(import.meta.url), [way, what, memory.handle]);
  await other.ask({ start: 0, end: 0, watched: false }); // it is there
  await serve(async (/** @type {{ ms: number, watched: boolean }} */ { ms, watched }) => {
    const start = now() + START_MARGIN_NS;
    const stretch = { start, end: start + ms * 1e6, watched };
    const theirs = other.ask(stretch);
    const mine = await compete(stretch);
    return replyOf([mine, /** @type {Outcome} */ (await theirs)]);
  });
}
