import { createServer } from 'node:http';
import { alarm, onShutdown, pause, signal, signals } from './index.js';

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
