import type { OwnerMutex, WaitQueue } from '@multiprocess/shared-memory';
import type { Act, Model, Site } from '../checker/model.js';
import { SimulatedController } from '../checker/simulated/simulated-signal.js';
import { mutantsOf } from './mutant.js';
import { sharedMemoryOf } from './toolkit.js';

const MUTEX = 0;
/** Raised under the mutex, without Atomics. */
const COUNTER = 1;
/** Callers that have had their turn, and that are done either way. */
const SERVED = 2;
const DONE = 3;

const mutexOf = (site: Site): OwnerMutex => new (sharedMemoryOf(site).OwnerMutex)(site.words, MUTEX, site.thread);

/** What a caller does with its turn. */
function turn(site: Site, mutex: OwnerMutex): void {
  site.words[COUNTER]! += 1;
  site.note(SERVED, 1);
  site.note(DONE, 1);
  mutex.unlock();
}

interface Caller {
  readonly timeout?: number;
  /** Whether a thread that is in the way is waited for beyond the time. */
  readonly brief?: true;
  /** Whether its signal may be aborted at any time. */
  readonly aborted?: true;
}

/** An event loop in which several callers lock, one after the other, raise the counter and unlock. */
const awaits =
  (callers: readonly Caller[]): Act =>
  (site) => {
    const mutex = mutexOf(site);
    const line: WaitQueue = new (sharedMemoryOf(site).WaitQueue)(site.parker);
    let last = -1;
    for (const [place, caller] of callers.entries()) {
      const controller = new SimulatedController();
      const wait = line.wait(
        () => (caller.brief ? mutex.entering() : mutex.locking()),
        caller.timeout ?? Infinity,
        controller.signal,
      );
      const onTurn = (tookOver: boolean | undefined): void => {
        if (tookOver === undefined) {
          site.note(DONE, 1);
          return;
        }
        if (place < last) throw new Error(`Caller ${place} came after caller ${last}`);
        last = place;
        turn(site, mutex);
      };
      void wait.then(onTurn, () => site.note(DONE, 1));
      if (caller.aborted) {
        site.onceSometime(() => {
          controller.abort();
        });
      }
    }
    site.loop();
    return 'next';
  };

const blocks: Act = (site) => {
  const mutex = mutexOf(site);
  sharedMemoryOf(site).waitSync(site.parker, mutex.locking(), Infinity);
  turn(site, mutex);
  return 'next';
};

/** Holds the mutex from the start, so that callers have to wait. */
const holdsFirst: Act = (site) => {
  turn(site, mutexOf(site));
  return 'next';
};

function model(name: string, callers: readonly Caller[], others: readonly Act[], more: Partial<Model> = {}): Model {
  const all = callers.length + others.length;
  return {
    name: `line/${name}`,
    words: { mutex: MUTEX, counter: COUNTER, served: SERVED, done: DONE },
    wordCount: 4,
    initial: others[0] === holdsFirst ? { [MUTEX]: 2 } : {},
    programs: [[awaits(callers)], ...others.map((act) => [act])],
    final: ({ words }) => {
      if (words[DONE] !== all) return `${words[DONE]!} of ${all} callers came to an end`;
      return words[COUNTER] === words[SERVED] ? undefined : 'a turn was lost';
    },
    ...more,
  };
}

const three = model('three callers and a blocked thread', [{}, {}, {}], [holdsFirst, blocks], {
  bounds: { preemptions: 3 },
});
const timed = model('one of three gives up', [{ timeout: 5 }, {}, {}], [holdsFirst], { bounds: { preemptions: 3 } });
const grace = model('one of three has to give up', [{ timeout: 5, brief: true }, {}, {}], [holdsFirst], {
  bounds: { preemptions: 2 },
});
const aborted = model('one of three is aborted', [{}, { aborted: true }, {}], [holdsFirst], {
  bounds: { preemptions: 3 },
});
const firstAborted = model('the first is aborted', [{ aborted: true }, {}], [holdsFirst, blocks], {
  bounds: { preemptions: 2 },
});

export const waitQueueModels = [three, timed, grace, aborted, firstAborted];

const stuck = /sleeps for ever|came to an end/;

export const waitQueueMutants = mutantsOf('shared-memory/wait/wait-queue.js', {
  'the next in line is not served': [
    three,
    'if (!this.#advance(waiter))\n                return;',
    'this.#advance(waiter);\n            return;',
    stuck,
  ],
  'no caller is served when the first has given up': [
    grace,
    'this.#giveUp(waiter);\n            this.#serveIfIdle();',
    'this.#giveUp(waiter);',
    stuck,
  ],
  'no caller is served when the first was aborted': [
    firstAborted,
    'waiter.reject(reason);\n            this.#serveIfIdle();',
    'waiter.reject(reason);',
    stuck,
  ],
  'every caller runs at once': [
    three,
    'if (this.#waiters.size === 1)\n                this.#serve();',
    'this.#advance(waiter);',
    /came after|sleeps for ever|threw/,
  ],
});
