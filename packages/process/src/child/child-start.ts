import { becomeChild } from '@multiprocess/shared-memory';
import { SpareSlot } from '../launch/spare-slot.js';
import { become } from '../launch/identity.js';
import { Launch } from '../launch/launch.js';
import { dieWithParent } from '../platform/platform.js';
import { runLaunch } from './run-launch.js';
import { showTitle } from './process-title.js';
import { warmUp } from './warm-up.js';

/**
 * How a child process begins: `node child-main.cjs <launch> [<parent's process id>:<owner id of its thread>]`; without a parent
 * it is detached. How a spare begins: `node child-main.cjs <slot> <parent> spare`; its launch comes later.
 *
 * No module of this package may read the identity of this process while it is imported: it would be that of a main process.
 */
export async function beginChild(): Promise<void> {
  becomeChild();
  const [, , reference = '', parent, spare] = process.argv;
  if (parent !== undefined) {
    const [pid = 0, owner = 0] = parent.split(':').map(Number);
    dieWithParent(pid, owner);
  }
  if (spare !== undefined) await warmUp();
  const launch = Launch.take(spare === undefined ? reference : SpareSlot.take(reference).receive());
  const { argv, module, task, ...who } = launch.readHead();
  process.argv = [...argv];
  become(who);
  showTitle(who.name, task);
  void runLaunch(launch, module);
}
