import nodeProcess from 'node:process';
import { workerData } from 'node:worker_threads';
import { becomeChild } from '@multiprocess/shared-memory';
import { become } from '../launch/identity.js';
import { Launch, LOST } from '../launch/launch.js';
import { runLaunch } from './run-launch.js';
import type { ThreadStart } from '../launch/thread-message.js';
import { installInput } from './streams/thread-input.js';
import { installOutput } from './streams/thread-output.js';

/** How a child with runtime 'thread' begins. */
export function beginThread(): void {
  becomeChild();
  const start = workerData as ThreadStart;
  if (start.stdin !== undefined) installInput(start.stdin);
  installOutput(start);
  process.execArgv = [...start.execArgv];
  if (start.nodeOptions !== undefined) process.env['NODE_OPTIONS'] = start.nodeOptions;
  const launch = Launch.take(start.launch);
  if (launch.state === LOST) process.exit(); // its parent has ended it, and reports how
  nodeProcess.on('exit', (code) => {
    launch.noteExit(code);
  });
  const { argv, module, ...who } = launch.readHead();
  process.argv = [...argv];
  become(who);
  void runLaunch(launch, module);
}
