// A process from its start to the first line of its target, in ms: start.mjs cold | prewarmed | bare. The time at which
// the target began is read there, from the clock that all processes share. Bare is Node with an empty script, to its end.
import { spawnSync } from 'node:child_process';
import { Process } from '@multiprocess/process';
import { SharedMemory } from '@multiprocess/shared-memory';
import { now } from '../../harness/contender/clock.mjs';
import { serve } from '../../harness/contender/serve.mjs';
import { noteTime } from './start-target.mjs';

const kind = process.argv[2];
const memory = new SharedMemory({ size: 8 });
const time = new Float64Array(memory.buffer);

async function startToFirstLine() {
  if (kind === 'prewarmed') await Process.prewarm(1);
  const child = new Process({ target: noteTime, args: [memory] });
  const begin = now();
  child.start();
  await child.join();
  return ((time[0] ?? 0) - begin) / 1e6;
}

function bare() {
  const begin = now();
  spawnSync(process.execPath, ['--input-type=module', '-e', '']);
  return (now() - begin) / 1e6;
}

await serve(async () => ({ samples: [kind === 'bare' ? bare() : await startToFirstLine()] }));
