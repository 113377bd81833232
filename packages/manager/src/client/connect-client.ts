import type { Client } from './client.js';
import type { ManagerConnectOptions } from './manager-options.js';

export async function connectClient(options: ManagerConnectOptions): Promise<Client> {
  await Promise.resolve();
  throw new TypeError(options.address);
}
