import { createServer } from 'node:http';
import { cpuCount, isMainProcess, notifyReady, onShutdown, Pool, Process, signals, task } from 'multiprocess';

export const answer = task(import.meta, async function answer(url: string) {
  return `you asked for ${url}`;
});

// #region server
if (isMainProcess) {
  const pool = new Pool({ processes: cpuCount() });
  const server = createServer((request, response) => {
    pool
      .apply(answer, [request.url ?? '/'], { timeout: 5000 })
      .then((text) => response.end(text))
      .catch(() => response.writeHead(500).end());
  }).listen(8080);

  onShutdown(
    async (_name, deadline) => {
      const closed = new Promise((resolve) => server.close(resolve)); // no new connections
      server.closeIdleConnections();
      await closed; // what was asked is answered: the workers are still there
      pool.close();
      await pool.join({ signal: deadline });
    },
    { deadline: 20_000 },
  );
}
// #endregion

// #region target
export const consume = task(import.meta, async function consume() {
  for await (const name of signals(['SIGTERM'])) {
    console.log(`finishing what has begun, then ending after ${name}`);
    break;
  }
});
// #endregion

export async function stop(): Promise<void> {
  // #region stop
  const child = new Process({ target: consume });
  child.start();
  onShutdown(async () => {
    child.terminate({ grace: 10_000 }); // SIGTERM, and SIGKILL ten seconds later
    await child.join();
  });
  // #endregion
}

export function ready(): void {
  // #region ready
  createServer().listen(8080, () => {
    notifyReady('listening on 8080'); // to daemonize() or a Daemon, if it is waiting
  });
  // #endregion
}
