// What a child with runtime 'thread' runs. As in child-main.ts, nothing that is imported here may look at who this is.
import { workerData } from 'node:worker_threads';
import { becomeChild } from '@multiprocess/shared-memory';
import { become } from './identity.js';
import { Launch } from './launch.js';
import { runLaunch } from './run-launch.js';

becomeChild();
const launch = Launch.take(workerData as string);
process.on('exit', (code) => {
  launch.noteExit(code);
});
const { argv, module, ...who } = launch.readHead();
process.argv = [...argv];
become(who);
void runLaunch(launch, module);
