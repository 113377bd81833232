import { shieldFromGroup } from '@multiprocess/process';
import { task } from '@multiprocess/serialization';
import { programUrl } from '@multiprocess/shared-memory';
import { Server } from './server.js';
import type { ServerOptions } from './server-options.js';

/** Where it can be imported. */
const PROGRAM = {
  program: 'serve.js',
  of: '@multiprocess/manager',
  beside() {
    return new URL('./serve.js', import.meta.url);
  },
};

/** What the process of a manager runs. */
export const serve = task(
  { url: programUrl(PROGRAM, import.meta) },
  'serveManager',
  async function serveManager(options: ServerOptions): Promise<void> {
    shieldFromGroup(); // only the owner ends its manager
    await Server.run(options);
    process.exit(0); // whatever tasks of users have left running here
  },
);
