import { afterAll } from 'vitest';
import { Process } from '@multiprocess/process';
import { testWrongArguments } from '../helpers/wrong-arguments.js';
import type { CallUnderTest } from '../helpers/wrong-arguments.js';
import * as targets from './fixtures/targets.mjs';

const child = new Process({ target: targets.forever });
child.start();

afterAll(async () => {
  child.kill();
  await child.join();
});

const NOT_WHOLE = [-1, 1.5, NaN];
/** For the other packages of this toolkit, or tested with the package that it comes from. */
const ELSEWHERE = ['Latch', 'checkedSpawnSettings', 'inBrief', 'serializeThrown', 'shieldFromGroup', 'task'];

const wait = (call: CallUnderTest['call']): CallUnderTest => ({
  call,
  args: [{}],
  alsoTakes: { options: ['record'] },
});

testWrongArguments(
  'process',
  {
    // Arguments may be anything that can be iterated, which a type of a tuple cannot say.
    Process: {
      call: (options: object) => new Process(options),
      args: [{}],
      alsoTakes: { 'options.args': ['instance'] },
    },
    'Process.prewarm': { call: (count: number) => Process.prewarm(count), args: [0], wrongSizes: { count: NOT_WHOLE } },
    'Process.prewarmSync': {
      call: (count: number) => Process.prewarmSync(count),
      args: [0],
      wrongSizes: { count: NOT_WHOLE },
    },
    'Process.ready': wait((options: object) => child.ready(options)),
    'Process.readySync': wait((options: object) => child.readySync(options)),
    'Process.join': wait((options: object) => child.join(options)),
    'Process.joinSync': wait((options: object) => child.joinSync(options)),
    'Process.terminate': {
      call: (options: object) => child.terminate(options),
      args: [{}],
      wrongSizes: { 'options.grace': [-1, NaN] },
    },
  },
  (name) => !ELSEWHERE.includes(name),
);
