import { afterAll } from 'vitest';
import { Pool } from '@multiprocess/pool';
import { testWrongArguments } from '../helpers/wrong-arguments.js';
import type { CallUnderTest } from '../helpers/wrong-arguments.js';
import * as tasks from './fixtures/tasks.mjs';

const pool = new Pool({ processes: 1 });
/** Only a pool that is being closed can be joined. */
const closed = new Pool({ processes: 1 });
closed.terminate();
const result = pool.applyAsync(tasks.nothing);

afterAll(async () => {
  pool.terminate();
  await pool.join();
});

const WHOLE_FROM_1 = [0, 1.5, NaN];
/** Like a promise, it ignores what is not a function. */
const ANYTHING = ['boolean', 'number', 'string', 'bigint', 'symbol', 'array', 'instance', 'record'] as const;

const wait = (call: CallUnderTest['call']): CallUnderTest => ({
  call,
  args: [{}],
  alsoTakes: { options: ['record'] },
});

const apply = (call: CallUnderTest['call']): CallUnderTest => ({
  call,
  args: [tasks.nothing, [], {}],
  wrongSizes: { 'options.priority': [NaN] },
  alsoTakes: { options: ['record'] },
});

const map = (call: CallUnderTest['call']): CallUnderTest => ({
  call,
  args: [tasks.square, [], {}],
  wrongSizes: { 'options.chunksize': WHOLE_FROM_1, 'options.window': WHOLE_FROM_1, 'options.priority': [NaN] },
  alsoTakes: { options: ['record'], inputs: ['array', 'string'] }, // all that can be iterated
});

// The checks are for the pools of managers.
testWrongArguments(
  'pool',
  {
    Pool: {
      call: (options: object) => new Pool(options),
      args: [{}],
      wrongSizes: {
        'options.processes': [0, 4001, 1.5, NaN],
        'options.maxTasksPerChild': WHOLE_FROM_1,
        'options.retries': [-1, 1.5, NaN],
        'options.grace': [-1, NaN],
        'options.minProcesses': [-1, 4001, 1.5, NaN],
        'options.maxProcesses': [0, 4001, 1.5, NaN],
        'options.idleTimeout': [-1, NaN],
        'options.maxQueue': [-1, 1.5, NaN],
      },
    },
    'Pool.apply': apply((...args: Parameters<Pool['apply']>) => pool.apply(...args)),
    'Pool.applySync': apply((...args: Parameters<Pool['applySync']>) => pool.applySync(...args)),
    'Pool.applyAsync': apply((...args: Parameters<Pool['applyAsync']>) => pool.applyAsync(...args)),
    'Pool.map': map((...args: Parameters<Pool['map']>) => pool.map(...args)),
    'Pool.mapSync': map((...args: Parameters<Pool['mapSync']>) => pool.mapSync(...args)),
    'Pool.mapAsync': map((...args: Parameters<Pool['mapAsync']>) => pool.mapAsync(...args)),
    'Pool.starmap': map((...args: Parameters<Pool['starmap']>) => pool.starmap(...args)),
    'Pool.starmapSync': map((...args: Parameters<Pool['starmapSync']>) => pool.starmapSync(...args)),
    'Pool.starmapAsync': map((...args: Parameters<Pool['starmapAsync']>) => pool.starmapAsync(...args)),
    'Pool.imap': map((...args: Parameters<Pool['imap']>) => pool.imap(...args)),
    'Pool.imapUnordered': map((...args: Parameters<Pool['imapUnordered']>) => pool.imapUnordered(...args)),
    'Pool.proxy': {
      call: (...args: Parameters<Pool['proxy']>) => pool.proxy(...args),
      args: ['file:///worker.mjs', {}],
      wrongSizes: { 'options.priority': [NaN] },
      alsoTakes: { options: ['record'] },
    },
    'Pool.drained': wait((options: object) => pool.drained(options)),
    'Pool.drainedSync': wait((options: object) => pool.drainedSync(options)),
    'Pool.close': { call: (options: object) => closed.close(options), args: [{}] },
    'Pool.join': wait((options: object) => closed.join(options)),
    'Pool.joinSync': wait((options: object) => closed.joinSync(options)),
    'AsyncResult.get': wait((options: object) => result.get(options)),
    'AsyncResult.getSync': wait((options: object) => result.getSync(options)),
    'AsyncResult.wait': wait((options: object) => result.wait(options)),
    'AsyncResult.waitSync': wait((options: object) => result.waitSync(options)),
    'AsyncResult.then': {
      call: (onValue: () => void, onError: () => void) => result.then(onValue, onError),
      args: [],
      wrongSizes: { onValue: [], onError: [] },
      alsoTakes: { onValue: ANYTHING, onError: ANYTHING },
    },
  },
  (name) => !/^(check|callback$|CallResult|Imap|InputSources|beginInput$|encodeReports$|failure$)/.test(name), // for the other packages
);
