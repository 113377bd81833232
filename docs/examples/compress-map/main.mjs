import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SingleBar } from 'cli-progress';
import { isMainProcess, Pool } from 'multiprocess';
import { compressed } from './compressed.mjs';

const LIBRARY = dirname(fileURLToPath(import.meta.resolve('typescript')));

if (isMainProcess) await main(process.argv[2] ?? LIBRARY, Number(process.argv[3] ?? 30));

async function main(folder, most) {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|md|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .slice(0, most);

  const pool = new Pool();
  const bar = new SingleBar({ format: '{bar} {percentage}% | {value}/{total} files | {eta_formatted} left' });
  bar.start(paths.length, 0);
  const many = await timed(() =>
    // One file at a time: some are a thousand times as large as others.
    pool.map(compressed, paths, { chunksize: 1, onProgress: (done) => bar.update(done) }),
  );
  bar.stop();
  pool.close();
  await pool.join();

  const one = await timed(() => paths.map((path) => compressed(path)));
  const before = sum(many.sizes.map((size) => size.before));
  const after = sum(many.sizes.map((size) => size.after));
  console.log(`${paths.length} files: ${before} bytes, compressed ${after}`);
  console.log(`${pool.size} workers ${many.seconds.toFixed(2)} s, one process ${one.seconds.toFixed(2)} s`);
  const agree = JSON.stringify(many.sizes) === JSON.stringify(one.sizes);
  console.log(agree ? 'Both agree to the last byte.' : 'THE SIZES DIFFER.');
  process.exitCode = agree ? 0 : 1;
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

async function timed(compress) {
  const start = performance.now();
  const sizes = await compress();
  return { sizes, seconds: (performance.now() - start) / 1000 };
}
