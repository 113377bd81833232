// A program of the same user writes over every file of the directory, the registry too, while victims use all kinds of objects.
// They may get right answers, wrong data or typed errors; never a signal, an uncaught error, or a call that outlives its timeout
// by 5 s.
//   node hostile-memory.mjs [seconds=60] [seed] [families]
//   MODE=words | truncate | replace     what is done to the files; truncate ends in SIGBUS, which the guide says
//   SCOPE=all | registry | segments     to which
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainProcess, task } from 'multiprocess';
import { emptyDirectory, privateDirectory } from '../harness/directory.mjs';
import { FAMILIES, usesOf } from '../harness/hostile-uses.mjs';
import { anySeed, randomNumbers } from '../harness/random.mjs';
import { Report } from '../harness/report.mjs';
import { codeOf, sleep } from '../harness/waiting.mjs';

const { MODE = 'words', SCOPE = 'all' } = process.env;
const LONG_FAMILIES = ['process', 'pool', 'manager'];
const ATTACK_MS = 1500;
const SILENCE_MS = 12_000;
const OVERTIME_MS = 5000;
const TYPED = /^(ERR_MULTIPROCESS_|TypeError|RangeError|AbortError)/;
const WORDS = [
  0,
  0,
  1,
  -1,
  2,
  3,
  7,
  8,
  12,
  2 ** 14,
  2 ** 16,
  2 ** 20,
  2 ** 30,
  2 ** 31,
  0x7fffffff,
  0x40000000,
  0x1fffffff,
  0x60000010,
  0x3fffffff,
  0x1001,
  0x1002,
  0x80001001,
  4095,
  4096,
  65535,
];

export const echo = task(import.meta, async function echo(x) {
  return x;
});

if (isMainProcess) {
  const [, , role, first, second] = process.argv;
  if (role === 'victim') void victim(first, Number(second));
  else if (role === 'attacker') void attacker(Number(first));
  else void main(Number(role ?? 60), Number(first ?? anySeed()), second?.split(',') ?? FAMILIES);
}

async function main(seconds, seed, families) {
  const report = new Report();
  const random = randomNumbers(seed);
  const directory = privateDirectory();
  const figures = { seed, rounds: 0, calls: 0, refused: 0, ends: {} };
  const end = Date.now() + seconds * 1000;
  for (; Date.now() < end; figures.rounds++) {
    emptyDirectory(directory);
    const family = families[figures.rounds % families.length];
    const roundSeed = random(2 ** 31);
    const { summary, ended } = await attackOne(family, roundSeed, directory, report);
    figures.ends[ended] = (figures.ends[ended] ?? 0) + 1;
    figures.calls += summary?.calls ?? 0;
    figures.refused += summary?.refused ?? 0;
    for (const fault of summary?.faults ?? []) report.fault(`${family} (seed ${roundSeed}): ${fault}`);
  }
  report.conclude(figures);
}

async function attackOne(family, seed, directory, report) {
  const start = (...role) =>
    spawn(process.execPath, [fileURLToPath(import.meta.url), ...role.map(String)], {
      env: { ...process.env, MULTIPROCESS_DIR: directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const child = start('victim', family, seed);
  let [stdout, stderr] = ['', ''];
  let heard = Date.now();
  child.stdout.on('data', (text) => {
    stdout += text;
    heard = Date.now();
  });
  child.stderr.on('data', (text) => (stderr += text));
  const closed = once(child, 'close');
  while (!stdout.includes('ready') && child.exitCode === null) await sleep(5);

  const enemy = start('attacker', seed);
  const enemyClosed = once(enemy, 'close');
  let hangs = false;
  const watching = setInterval(() => {
    if (Date.now() - heard < SILENCE_MS) return;
    hangs = true;
    child.kill('SIGKILL');
  }, 500);
  const [code, signal] = await closed;
  clearInterval(watching);
  enemy.kill('SIGKILL');
  await enemyClosed;

  const ended = hangs ? 'hangs' : String(signal ?? code);
  const last = /at (.*)$/.exec(stdout.trim())?.[1] ?? '';
  if (ended !== '0')
    report.fault(`${family} (seed ${seed}): ${ended}, the last call was ${last} ${stderr.slice(0, 600)}`);
  return { ended, summary: JSON.parse(/^SUMMARY (.*)$/m.exec(stdout)?.[1] ?? 'null') };
}

async function victim(family, seed) {
  const random = randomNumbers(seed);
  const summary = { calls: 0, refused: 0, faults: [] };
  const finish = () => writeSync(1, `\nSUMMARY ${JSON.stringify(summary)}\n`);
  process.on('uncaughtException', (error) => {
    summary.faults.push(`uncaught ${error?.stack}`);
    finish();
    process.exit(0);
  });
  process.on('unhandledRejection', (error) => summary.faults.push(`unhandled rejection ${error?.stack}`));
  const attempt = async (what, limit, call) => {
    summary.calls++;
    process.stdout.write(`at ${what}\n`);
    const begin = performance.now();
    try {
      return await call();
    } catch (error) {
      if (TYPED.test(codeOf(error))) summary.refused++;
      else summary.faults.push(`${what} threw ${error?.stack}`);
      return undefined;
    } finally {
      const took = performance.now() - begin;
      if (took > limit + OVERTIME_MS) summary.faults.push(`${what} took ${Math.round(took)} ms`);
    }
  };
  const fault = (text) => summary.faults.push(text);
  const { objects, uses } = usesOf(family, { random, attempt, fault }, echo);
  console.log('ready');
  const end = Date.now() + (LONG_FAMILIES.includes(family) ? 2500 : 1200);
  while (Date.now() < end) {
    await uses[random(uses.length)]();
    if (random(6) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  for (const [name, object] of Object.entries(objects)) await attempt(`${name}.close`, 1000, () => object.close());
  finish();
  if (random(2) === 0) process.exit(0);
}

async function attacker(seed) {
  const random = randomNumbers(seed ^ 0x5bd1e995);
  const directory = process.env.MULTIPROCESS_DIR;
  const burst = random(20);
  const rate = 1 + random(60);
  const end = Date.now() + ATTACK_MS;
  while (Date.now() < end) {
    const files = targets(directory);
    if (files.length === 0) {
      await sleep(5);
      continue;
    }
    const file = files[random(files.length)];
    try {
      ATTACKS[MODE](`${directory}/${file}`, file, random, burst);
    } catch {
      // it has just gone
    }
    if (random(3) === 0) await sleep(random(rate));
  }
}

function targets(directory) {
  const wanted = { all: /^(s-|registry|making)/, registry: /^registry$/, segments: /^s-/ }[SCOPE];
  try {
    return readdirSync(directory).filter((file) => wanted.test(file));
  } catch {
    return []; // the victim has left
  }
}

const ATTACKS = {
  words(path, file, random, burst) {
    const descriptor = openSync(path, 'r+');
    const { size } = fstatSync(descriptor);
    for (let count = random(1 + burst); count >= 0; count--) {
      const bytes = Buffer.alloc(random(8) === 0 ? 4 * (1 + random(64)) : 4);
      for (let at = 0; at < bytes.length; at += 4)
        bytes.writeInt32LE((random(3) === 0 ? random(2 ** 32) : WORDS[random(WORDS.length)]) | 0, at);
      const at = file === 'registry' ? inRegistry(random) : inSegment(random, size);
      writeSync(descriptor, bytes, 0, Math.min(bytes.length, Math.max(0, size - at)), at);
    }
    closeSync(descriptor);
  },
  truncate(path, _file, random) {
    truncateSync(path, [0, 100, 128, 4096, 8192][random(5)]);
  },
  replace(path, _file, random) {
    rmSync(path, { force: true, recursive: true });
    [
      () => symlinkSync('/dev/zero', path),
      () => symlinkSync(path, path),
      () => mkdirSync(path),
      () => writeFileSync(path, 'hello'),
      () => writeFileSync(path, Buffer.alloc(8192)),
    ][random(5)]();
  },
};

/** Mostly the words of the first slots. */
function inRegistry(random) {
  if (random(10) === 0) return 128;
  return random(10) === 0 ? random(128) & ~3 : 4096 + random(6) * 256 + random(64) * 4;
}

/** Mostly the first words of an object, now and then its header or its data. */
function inSegment(random, size) {
  const where = random(10);
  if (where === 0) return random(128) & ~3;
  if (where < 8) return 128 + (random(Math.min(size, 900)) & ~3);
  return random(Math.max(4, Math.min(size, 300_000))) & ~3;
}
