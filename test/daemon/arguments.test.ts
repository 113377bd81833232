import { Daemon, daemonize, notifyReady } from '@multiprocess/daemon';
import { testWrongArguments } from '../helpers/wrong-arguments.js';
import * as targets from './fixtures/targets.mjs';

const NOT_WHOLE = [-1, 1.5, NaN];
const SIZES = {
  'options.umask': [...NOT_WHOLE, 0o1000],
  'options.user': NOT_WHOLE,
  'options.group': NOT_WHOLE,
  'options.readyTimeout': [0, NaN],
};

testWrongArguments(
  'daemon',
  {
    Daemon: {
      call: (options: ConstructorParameters<typeof Daemon>[0]) => new Daemon(options),
      args: [{ target: targets.fail, pidFile: '/nowhere/pid' }],
      wrongSizes: { ...SIZES, 'options.stopTimeout': [-1, NaN] },
    },
    daemonize: { call: (options: object) => daemonize(options), args: [{}], wrongSizes: SIZES },
    notifyReady: { call: (message: string) => notifyReady(message), args: [] },
  },
  (name) => name !== 'task', // which is serialization's
);
