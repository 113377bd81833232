// What a child runs: `node child-main.js <launch> [<parent's process id>]`; without a parent it is detached.
//
// Nothing that is imported here may look at who this process is before `become()`: then it would be a main process.
import { become } from './identity.js';
import { Launch } from './launch.js';
import { dieWithParent } from './platform.js';
import { runLaunch } from './run-launch.js';

const [, , reference = '', parent] = process.argv;
if (parent !== undefined) dieWithParent(Number(parent));
const launch = Launch.take(reference);
const { argv, module, ...who } = launch.readHead();
process.argv = [...argv];
become(who);
void runLaunch(launch, module);
