// A manager's server or client dies just before its n-th access to shared memory while a ring grows, answers being unread.
//   async, sync   the server dies while it answers: every call of the client settles within 5 s
//   other         the same, seen from a child that has the proxies
//   client        a client dies while it sends, behind a request of another client: that other one is answered
//   node manager-steps.mjs [seconds=150] [forms=async,sync,client,other]
import { setTimeout as sleep } from 'node:timers/promises';
import { Event, isMainProcess, Manager, Process, task } from 'multiprocess';
import { runRole } from '../harness/children.mjs';
import { dieAtStep } from '../harness/die-at.mjs';
import { privateDirectory } from '../harness/directory.mjs';
import { Report } from '../harness/report.mjs';
import { codeOf, keepBusy, microtasks } from '../harness/waiting.mjs';

const GROWS_BYTES = 40_000;
const MAX_STEPS = 60;
const ANSWERED = 'object';

export class Dying {
  small() {
    return 'small';
  }

  /** Answers with so many bytes, and dies at that step of it. */
  die(step, length) {
    dieAtStep(step);
    return Buffer.alloc(length, 1);
  }

  block(ms) {
    keepBusy(ms);
    return 'blocked';
  }
}

/** @param {any} dying */
export const dyingClient = task(import.meta, async function dyingClient(_manager, dying, step, ready, go) {
  await dying.small();
  ready.set();
  go.waitSync();
  dieAtStep(step);
  await dying.die(-1, 0, Buffer.alloc(GROWS_BYTES));
});

export const watchingChild = task(import.meta, async function watchingChild(_manager, dying, step) {
  console.log(await bothCalls(dying, step));
  process.exit();
});

const FORMS = {
  async: bothCalls,
  async sync(dying, step) {
    const first = dying.small().catch(codeOf);
    await microtasks();
    let outcome;
    try {
      outcome = typeof dying.dieSync(step, GROWS_BYTES);
    } catch (error) {
      outcome = codeOf(error);
    }
    await first;
    return outcome;
  },
  async other(dying, step, manager) {
    const child = new Process({ target: watchingChild, args: [manager, dying, step], stdio: 'inherit' });
    child.start();
    if (await child.join({ timeout: 8000 })) return '';
    child.kill();
    return 'pending in the child';
  },
  async client(dying, step, manager) {
    const [ready, go] = [new Event(), new Event()];
    const child = new Process({ target: dyingClient, args: [manager, dying, step, ready, go] });
    child.start();
    await ready.wait();
    const calls = [dying.block(1200)]; // so that the next requests lie in the ring when the other client dies
    await sleep(100);
    calls.push(dying.small());
    await sleep(50);
    go.set();
    await child.join();
    return `${child.exitCode} ${(await settled(calls)) ?? 'pending'}`;
  },
};

if (isMainProcess) {
  const [, , role, form, step] = process.argv;
  if (role === 'program') void program(form, Number(step));
  else void main(Number(role ?? 150), (form ?? Object.keys(FORMS).join()).split(','));
}

async function main(seconds, forms) {
  const report = new Report();
  const directory = privateDirectory();
  const figures = {};
  for (const form of forms) {
    const end = Date.now() + (seconds * 1000) / forms.length;
    const outcomes = (figures[form] = {});
    for (let step = 1; step < MAX_STEPS && Date.now() < end; step++) {
      const options = { env: { MULTIPROCESS_DIR: directory }, limit: 15_000 };
      const { stdout, late } = await runRole(import.meta.url, ['program', form, step], options);
      const outcome = late ? 'the event loop stands still' : stdout;
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      if (late || outcome.includes('pending')) report.fault(`${form}, step ${step}: ${outcome}`);
      if (outcome.includes(ANSWERED)) break; // it lived to its end: there are no more steps
    }
  }
  report.conclude(figures);
}

async function program(form, step) {
  const manager = await Manager.start();
  await manager.register(import.meta, Dying);
  const dying = manager.create('Dying');
  await dying.small();
  console.log(await FORMS[form](dying, step, manager));
  await Promise.race([manager.shutdown().catch(codeOf), sleep(500)]);
  manager.process.kill();
  process.exit();
}

async function bothCalls(dying, step) {
  const calls = [dying.small(), dying.die(step, GROWS_BYTES)];
  await microtasks();
  keepBusy(300);
  return (await settled(calls)) ?? 'pending after 5 s';
}

async function settled(calls) {
  const results = await Promise.race([Promise.allSettled(calls), sleep(5000)]);
  return results?.map(({ value, reason }) => reason?.code ?? typeof value).join();
}
