import {
  alarm,
  blockSignals,
  getitimer,
  getSignal,
  kill,
  onShutdown,
  pause,
  raiseSignal,
  setitimer,
  signal,
  signals,
  sigtimedwait,
  sigwait,
  strsignal,
  unblockSignals,
} from '@multiprocess/signal';
import { testWrongArguments } from '../helpers/wrong-arguments.js';
import type { CallUnderTest } from '../helpers/wrong-arguments.js';

/** The stack of an error is to show this file as the caller. */
const from =
  (call: (...args: never[]) => unknown) =>
  (...args: never[]): unknown =>
    call(...args);

const NO_SIGNALS = [-1, 65, 1.5, NaN];
const NO_MILLISECONDS = [-1, NaN, Infinity];

const one = (call: CallUnderTest['call'], argument: string, ...others: readonly unknown[]): CallUnderTest => ({
  call: from(call),
  args: ['SIGUSR2', ...others],
  wrongSizes: { [argument]: NO_SIGNALS },
});

const set = (call: CallUnderTest['call'], argument: string, ...others: readonly unknown[]): CallUnderTest => ({
  call: from(call),
  args: [[], ...others],
  alsoTakes: { [argument]: ['array'] }, // as any iterable
});

testWrongArguments('signal', {
  signal: one(signal, 'sig', () => undefined),
  getSignal: one(getSignal, 'sig'),
  raiseSignal: one(raiseSignal, 'sig'),
  strsignal: one(strsignal, 'signal'),
  kill: { call: from(kill), args: [process.pid, 0], wrongSizes: { pid: [1.5, NaN, 2 ** 31], sig: NO_SIGNALS } },
  signals: set(signals, 'set'),
  blockSignals: set(blockSignals, 'signals'),
  unblockSignals: set(unblockSignals, 'signals'),
  sigwait: {
    call: from(sigwait),
    args: [[], { timeout: 0 }],
    alsoTakes: { signals: ['array'] },
  },
  sigtimedwait: { ...set(sigtimedwait, 'signals', 0), alsoTakes: { signals: ['array'], timeout: ['undefined'] } },
  pause: { call: from(pause), args: [{ timeout: 0 }] },
  onShutdown: { call: from(onShutdown), args: [() => undefined, {}], wrongSizes: { 'options.deadline': [-1, NaN] } },
  alarm: { call: from(alarm), args: [0], wrongSizes: { seconds: [-1, 1.5, NaN, 2 ** 31] } },
  getitimer: { call: from(getitimer), args: ['real'] },
  setitimer: {
    call: from(setitimer),
    args: ['real', 0, 0],
    wrongSizes: { delay: NO_MILLISECONDS, interval: NO_MILLISECONDS },
  },
});
