import { clock, LongTimer } from '@multiprocess/shared-memory';
import { addressOf } from './endpoint.js';
import type { Endpoint } from './endpoint.js';
import { connectFailure } from './explain-failure.js';
import { Wire } from './wire.js';
import type { WireListener } from './wire.js';

const CONNECT_TIMEOUT = 5000;

/**
 * Connects, and says who we are. `prepare` is what else must be done before the wire can be used; the time limit covers it.
 *
 * @throws {EngineConnectionError} If there is no server, or it does not answer in time.
 * @throws {AuthenticationError} If it refuses the credentials.
 */
export async function openWire<R>(
  endpoint: Endpoint,
  listener: WireListener,
  prepare: (wire: Wire) => Promise<R>,
): Promise<{ readonly wire: Wire; readonly prepared: R }> {
  const wire = new Wire(endpoint, clock.setImmediate, listener);
  const timer = new LongTimer(CONNECT_TIMEOUT, () => {
    wire.destroy(new Error(`no answer within ${CONNECT_TIMEOUT} ms`));
  });
  try {
    await wire.greet(endpoint);
    return { wire, prepared: await prepare(wire) };
  } catch (error) {
    wire.destroy();
    throw connectFailure(error, addressOf(endpoint));
  } finally {
    timer.cancel();
  }
}
