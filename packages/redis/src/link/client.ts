import { createClient, RESP_TYPES } from '@redis/client';
import type { Endpoint } from './endpoint.js';

// With a time limit, the client would make a timer for each command.
export const OPTIONS = { timeout: 0, typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } } as const;

export type Client = ReturnType<typeof newClient>;

/** A client that has one connection, and does not open another when that has ended. */
export function newClient({ host, port, database, username, password, tls }: Endpoint) {
  return createClient({
    socket: {
      ...tls,
      host,
      port,
      noDelay: true,
      reconnectStrategy: false,
      ...(tls === undefined ? {} : { tls: true }),
    },
    database,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    RESP: 3,
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    commandOptions: OPTIONS,
  });
}
