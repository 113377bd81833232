// A program that imports a package and ends, in ms: import.mjs <package> | bare [anew]. The packages keep compiled code, which the
// warm-ups make; not with `anew`, as in the first program after an installation.
import { spawnSync } from 'node:child_process';
import { now } from '../../harness/contender/clock.mjs';
import { serve } from '../../harness/contender/serve.mjs';

const [, , name = 'bare', anew] = process.argv;
const program = name === 'bare' ? '' : `import ${JSON.stringify(name)}`;
const env = anew === undefined ? process.env : { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' };

await serve(() => {
  const begin = now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`A program that imports ${name} ended with ${status}: ${stderr}`);
  return { samples: [(now() - begin) / 1e6] };
});
