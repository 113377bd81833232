// Shared memory is full when a manager's request or answer needs more of its ring. The call must throw OutOfMemoryError within
// 5 s, the event loop must go on, and everything must work again when there is room.
//   node manager-full.mjs          (needs a mount namespace)
import { isMainProcess, Manager } from 'multiprocess';
import { canMount, runOnSmallDisk } from '../harness/children.mjs';
import { Filler } from '../harness/full-disk.mjs';
import { need, Report } from '../harness/report.mjs';
import { codeOf, outcomeOf } from '../harness/waiting.mjs';

const TOO_MUCH = 'v'.repeat(1_500_000);
const REFUSED = 'ERR_MULTIPROCESS_OUT_OF_MEMORY';

const CALLS = {
  request: (dict) => outcomeOf(dict.set('k', TOO_MUCH), 5000),
  async requestSync(dict) {
    try {
      dict.setSync('k', TOO_MUCH);
      return 'done';
    } catch (error) {
      return codeOf(error);
    }
  },
  answer: (dict) => outcomeOf(dict.get('big'), 5000),
  answerSync: (dict) => outcomeOf(() => dict.getSync('big'), 5000),
};

if (isMainProcess) {
  const [, , role, call] = process.argv;
  void (role === 'program' ? program(call) : main());
}

async function main() {
  need(canMount(), 'a mount namespace');
  const report = new Report();
  const figures = {};
  for (const call of Object.keys(CALLS)) {
    const { stdout, stderr, late } = await runOnSmallDisk(import.meta.url, '6m', ['program', call], 25_000);
    figures[call] = stdout;
    if (late) report.fault(`${call}: the program hangs: ${stdout}`);
    else if (stdout !== `${REFUSED}, the loop ran, then 1`) report.fault(`${call}: ${stdout} ${stderr.slice(0, 300)}`);
  }
  report.conclude(figures);
}

async function program(call) {
  const manager = await Manager.start();
  const dict = manager.dict({ a: 1 });
  await dict.set('big', 'x'.repeat(300_000));
  const filler = new Filler('/mnt');
  filler.fill();
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 10);
  const outcome = await CALLS[call](dict);
  const before = ticks;
  while (ticks === before && outcome !== 'PENDING') await new Promise((resolve) => setTimeout(resolve, 20));
  clearInterval(ticking);
  filler.empty();
  const again = await outcomeOf(dict.get('a'), 5000);
  console.log(`${outcome}, the loop ran, then ${again}`);
  manager.process.kill();
  process.exit();
}
