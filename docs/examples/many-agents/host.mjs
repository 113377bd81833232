// What each host runs. `npx multiprocess work --queue "many-agents"` in the folder of the package does the same, and shows how far it is.
import { fileURLToPath } from 'node:url';
import { Agent } from '@multiprocess/bullmq';

const agent = new Agent(process.env['MULTIPROCESS_REDIS_URL'] ?? '', {
  queue: 'many-agents',
  processes: 2,
  directory: fileURLToPath(new URL('jobs', import.meta.url)), // where the packages of this host are
  lease: 1000, // so that the example need not wait for long until a dead host is noticed
});
process.once('SIGTERM', () => agent.close());
await agent.join();
