import { createServer } from 'node:http';
import { Daemon, daemonize, notifyReady, task } from './index.js';

export async function background(): Promise<void> {
  // #region daemonize
  await daemonize({ pidFile: '/run/my-server.pid', stderr: '/var/log/my-server.log', waitForReady: true });
  const server = createServer().listen(8080, () => {
    notifyReady('listening on 8080');
  });
  process.once('SIGTERM', () => server.close());
  // #endregion
}

const serve = task(import.meta, function serve(port: number) {
  createServer().listen(port);
});

export async function control(): Promise<void> {
  // #region daemon
  const daemon = new Daemon({ target: serve, args: [8080], pidFile: '/run/my-server.pid' });
  console.log('started as', await daemon.start());
  console.log(daemon.status()); // { running: true, pid: 4711 }
  await daemon.stop();
  // #endregion
}
