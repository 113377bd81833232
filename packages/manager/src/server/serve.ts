import { shieldFromGroup } from '@multiprocess/process';
import { task } from '@multiprocess/serialization';
import { Server } from './server.js';
import type { ServerOptions } from './server-options.js';

/** What the process of a manager runs. */
export const serve = task(import.meta, async function serveManager(options: ServerOptions): Promise<void> {
  shieldFromGroup(); // only the owner ends its manager
  await Server.run(options);
  process.exit(0); // whatever tasks of users have left running here
});
