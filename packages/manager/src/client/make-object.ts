import type { Client } from './client.js';
import type { Target } from './target.js';

/** Has an object made in the server. The proxy is there at once. If creation fails, every call rejects with that error. */
export function makeObject<P extends object>(
  client: Client,
  type: string,
  args: readonly unknown[],
  proxyOf: (target: Target) => P,
): P {
  const object = client.create(type, args);
  const proxy = proxyOf({ client, object });
  client.proxies.add(object, proxy);
  return proxy;
}
