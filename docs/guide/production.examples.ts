import { createServer } from 'node:http';
import { cpuCount, Daemon, isMainProcess, notifyReady, onShutdown, Pool, Process, signals, task } from 'multiprocess';

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

// #region daemon
const serve = task(import.meta, function serve(port: number) {
  const server = createServer((request, response) => {
    console.log(new Date().toISOString(), request.url); // into the file of stdout
    response.end('hello\n');
  }).listen(port, () => {
    notifyReady(`listening on ${port}`);
  });
  onShutdown(() => new Promise((resolve) => server.close(resolve)));
});

if (isMainProcess) {
  const log = '/var/log/hello.log';
  const pidFile = '/run/hello.pid';
  const daemon = new Daemon({ target: serve, args: [8080], pidFile, stdout: log, stderr: log, waitForReady: true });
  const command = process.argv[2];
  if (command === 'start') console.log(`process ${await daemon.start()} is ${daemon.readyMessage}`);
  else if (command === 'restart') console.log(`process ${await daemon.restart()} is ${daemon.readyMessage}`);
  else if (command === 'stop') console.log((await daemon.stop()) ? 'stopped' : 'was not running');
  else console.log(daemon.status());
}
// #endregion
