// Sends 64 MiB through `cat` and back, both ways at once, or runs `true`: subprocess.mjs <way>. A sample is the rate of one
// passage in MiB/s, or the time of one run in ms.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { PIPE, Popen, run, runSync } from '@multiprocess/subprocess';
import { now } from '../../harness/contender/clock.mjs';
import { serve } from '../../harness/contender/serve.mjs';

const MIB = 2 ** 20;
const input = Buffer.alloc(64 * MIB, 'multiprocess ');

/** @type {Record<string, { communicate: (() => Promise<Buffer | null>) | undefined, run: () => Promise<unknown> | unknown }>} */
const ways = {
  ours: {
    communicate: async () => (await new Popen(['cat'], { stdin: PIPE, stdout: PIPE }).communicate(input)).stdout,
    run: () => run(['true']),
  },
  sync: {
    communicate: async () => runSync(['cat'], { input, stdout: PIPE }).stdout,
    run: () => runSync(['true']),
  },
  node: {
    communicate: async () => {
      const child = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] });
      /** @type {Buffer[]} */
      const chunks = [];
      child.stdout.on('data', (chunk) => chunks.push(chunk));
      child.stdin.end(input);
      await once(child, 'close');
      return Buffer.concat(chunks);
    },
    run: () => promisify(execFile)('true'),
  },
};

const way = ways[process.argv[2] ?? ''];
if (way === undefined) throw new RangeError(`No way "${process.argv[2]}"; there are ${Object.keys(ways).join(', ')}`);

await serve(async (/** @type {{ op: 'communicate' | 'run', ms: number }} */ { op, ms }) => {
  const samples = [];
  const end = now() + ms * 1e6;
  for (let begin = now(); begin < end || samples.length === 0; begin = now()) {
    const output = await way[op]?.();
    const nanoseconds = now() - begin;
    samples.push(op === 'run' ? nanoseconds / 1e6 : (64 * 1e9) / nanoseconds);
    if (op === 'communicate' && !input.equals(/** @type {Buffer} */ (output)))
      throw new Error('What came back differs');
  }
  return { samples };
});
