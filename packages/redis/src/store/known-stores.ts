import { HandleError } from '@multiprocess/shared-memory';
import { addressOf } from '../link/endpoint.js';
import { Session } from '../session/session.js';
import { codecs } from './codec.js';
import { checkConnectOptions, URL_VARIABLE } from './connect-options.js';
import type { CheckedOptions } from './connect-options.js';
import { StoreCore } from './store-core.js';

// The stores of this thread, by which handles become live.
const known = new Set<StoreCore>();
let ofEnvironment: StoreCore | undefined;

/** A store that is about to connect. */
export function newStore({ endpoint, settings, serializer, sentinel }: CheckedOptions): StoreCore {
  const session = new Session(settings);
  const prefix = settings.prefix.slice(0, -1);
  const engine = { endpoint, sentinel, prefix, serializer, contact: () => session.contact };
  return new StoreCore(session, codecs[serializer], addressOf(endpoint), engine);
}

export function remember(core: StoreCore): void {
  known.add(core);
}

export function forget(core: StoreCore): void {
  known.delete(core);
  if (core === ofEnvironment) ofEnvironment = undefined;
}

/**
 * The store that an object is in: one that this thread has connected to, or that of the environment.
 *
 * @throws {@link HandleError} if there is neither.
 */
export function storeFor(place: { readonly store: string; readonly address: string }): StoreCore {
  for (const core of known) if (core.session.store === place.store) return core;
  if (ofEnvironment !== undefined) return ofEnvironment;
  const url = process.env[URL_VARIABLE];
  if (url === undefined || url === '') {
    throw new HandleError(
      `This object is on the server at ${place.address}: first await connect(…) to it, or set ${URL_VARIABLE} to a URL with its credentials`,
    );
  }
  ofEnvironment = newStore(checkConnectOptions(url, {}));
  ofEnvironment.session.startSoon();
  known.add(ofEnvironment);
  return ofEnvironment;
}
