// A program that imports a package and ends, in ms: import.mjs <package> | bare [cached]. With `cached`, Node takes the compiled code
// from a directory that the warm-ups have filled.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { now } from '../../harness/contender/clock.mjs';
import { serve } from '../../harness/contender/serve.mjs';

const [, , name = 'bare', cached] = process.argv;
const program = name === 'bare' ? '' : `import ${JSON.stringify(name)}`;
const cache = path.join(process.env['MULTIPROCESS_BENCH_FILES'] ?? '', 'compile-cache');
const env = cached === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: cache };

await serve(() => {
  const begin = now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`A program that imports ${name} ended with ${status}: ${stderr}`);
  return { samples: [(now() - begin) / 1e6] };
});
