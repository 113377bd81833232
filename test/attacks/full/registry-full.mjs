// All slots of the registry are taken by threads of another process. A further thread gets a HandleError at once. When they have
// ended everything works, and threads look at no more slots than before: that is what a wake costs.
//   node registry-full.mjs [seconds=12]      how long the slots are taken (needs cc)
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describePlatform } from '@multiprocess/shared-memory';
import { Event, isMainProcess, Process, task } from 'multiprocess';
import { inline, isInstalled, runToEnd } from '../harness/children.mjs';
import { scratchDirectory, usePrivateDirectory } from '../harness/directory.mjs';
import { need, Report } from '../harness/report.mjs';

const SLOTS = 4095;
const TRIPS = 2000;
const HIGH_BYTE = 128; // the word that says how many slots were ever in use at once
const FEW = 32;

export const pong = task(import.meta, function pong(ping, answer, trips) {
  for (let i = 0; i < trips; i++) {
    ping.waitSync();
    ping.clear();
    answer.set();
  }
});

if (isMainProcess) void main(process.argv[2] ?? '12');

async function main(seconds) {
  need(isInstalled('cc'), 'a C compiler');
  const report = new Report();
  const directory = usePrivateDirectory();
  need(describePlatform().backend === 'futex', 'the backend for whose life words the C program stands in');
  const program = `${scratchDirectory()}/take-slots`;
  const source = fileURLToPath(new URL('../harness/take-slots.c', import.meta.url));
  const compiled = spawnSync('cc', ['-O1', '-pthread', '-o', program, source], { stdio: 'inherit' });
  if (compiled.status !== 0) report.conclude('take-slots.c does not compile');

  const before = await roundTrip();
  const taker = spawn(program, [String(SLOTS), `${directory}/registry`, seconds], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(taker, 'exit');
  await once(taker.stdout, 'data');
  const whileFull = await newcomer(directory);
  if (whileFull !== 'ERR_MULTIPROCESS_HANDLE') report.fault(`a thread without a slot gets ${whileFull}`);
  await ended;
  const afterwards = await newcomer(directory);
  if (afterwards !== 'made') report.fault(`when the slots are free again: ${afterwards}`);
  const after = await roundTrip();
  const high = readFileSync(`${directory}/registry`).readInt32LE(HIGH_BYTE);
  if (high > FEW) report.fault(`${high} slots are looked at afterwards`);
  report.conclude({ roundTripMicroseconds: { before, after }, whileFull, afterwards, high });
}

/** Microseconds, the best of three. */
async function roundTrip() {
  const figures = [];
  for (let round = 0; round < 3; round++) {
    const [ping, answer] = [new Event(), new Event()];
    const child = new Process({ target: pong, args: [ping, answer, TRIPS + 10] });
    child.start();
    const trip = () => {
      ping.set();
      answer.waitSync();
      answer.clear();
    };
    for (let i = 0; i < 10; i++) trip();
    const begin = performance.now();
    for (let i = 0; i < TRIPS; i++) trip();
    figures.push(((performance.now() - begin) / TRIPS) * 1000);
    await child.join();
    ping.close();
    answer.close();
  }
  return Math.min(...figures);
}

async function newcomer(directory) {
  const program = `
    import { Lock } from 'multiprocess';
    try {
      new Lock().close();
      console.log('made');
    } catch (error) {
      console.log(error.code);
    }`;
  const { stdout, stderr } = await runToEnd(process.execPath, inline(program), {
    env: { MULTIPROCESS_DIR: directory },
    cwd: fileURLToPath(new URL('.', import.meta.url)),
  });
  return stdout || stderr;
}
