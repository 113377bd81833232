import { createServer } from 'node:http';
import {
  alarm,
  blockSignals,
  getitimer,
  getSignal,
  kill,
  onShutdown,
  pause,
  pendingSignals,
  raiseSignal,
  setitimer,
  SIG_DFL,
  SIG_IGN,
  signal,
  signals,
  sigtimedwait,
  sigwait,
  strsignal,
  unblockSignals,
  validSignals,
} from './index.js';

export async function handler(): Promise<void> {
  // #region handler
  signal('SIGALRM', () => {
    console.log('time is over');
  });
  alarm(5); // the kernel sends SIGALRM in five seconds
  await pause(); // until a handler has run
  // #endregion
}

export async function iterate(): Promise<void> {
  // #region iterate
  for await (const name of signals(['SIGHUP', 'SIGTERM'])) {
    if (name === 'SIGTERM') break;
    console.log('reading the configuration again');
  }
  // #endregion
}

export function shutdown(): void {
  // #region shutdown
  const server = createServer().listen(8080);
  onShutdown(() => server.close(), { deadline: 2000 });
  // #endregion
}

export function ignore(): void {
  // #region ignore
  const before = signal('SIGHUP', SIG_IGN); // in the kernel: it holds while the event loop is busy, too
  console.log(before === SIG_DFL, getSignal('SIGHUP') === SIG_IGN); // true true
  // #endregion
}

export function timers(): void {
  // #region timers
  setitimer('real', 100, 20); // SIGALRM in 100 ms, and then every 20 ms
  console.log(getitimer('real')); // { remaining: 99.9, interval: 20 }
  setitimer('real', 0); // no more
  // #endregion
}

export async function blocked(): Promise<void> {
  // #region blocked
  blockSignals(['SIGUSR1']); // stays pending instead of ending the program
  raiseSignal('SIGUSR1');
  console.log(pendingSignals()); // Set { 'SIGUSR1' }
  console.log(await sigwait(['SIGUSR1'])); // 'SIGUSR1': taken, so that no handler runs
  console.log(await sigtimedwait(['SIGUSR1'], 100)); // null: none came
  unblockSignals(['SIGUSR1']);
  // #endregion
}

export function send(pid: number): void {
  // #region send
  kill(pid, 0); // throws with code 'ESRCH' if there is no such process
  kill(pid, 'SIGTERM');
  console.log(strsignal('SIGTERM'), validSignals().has('SIGTERM')); // 'Terminated' true
  // #endregion
}
