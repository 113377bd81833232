import type { ManagerClient } from './manager-client.js';
import type { Target } from './target.js';

/** Asks the server to create an object. The proxy is there at once. If creation fails, every call rejects with that error. */
export function makeObject<P extends object>(
  client: ManagerClient,
  type: string,
  args: readonly unknown[],
  proxyOf: (target: Target) => P,
): P {
  const object = client.create(type, args);
  const proxy = proxyOf({ client, object });
  client.proxies.add(object, proxy);
  return proxy;
}
