import { parentPort, workerData } from 'node:worker_threads';
import type { Endpoint } from '../link/endpoint.js';
import { NANOSECONDS_PER_MS, TRUSTED_SHARE } from './renewal.js';
import type { Renewal, RenewalStart } from './renewal.js';
import { Wire } from '../link/wire.js';

// The program of the worker thread that renews a lease, over a socket of its own. It imports nothing but what it needs for that.

const { lease, end, script, ...first } = workerData as RenewalStart;
let renewal: Renewal = first;
let wire: Wire | undefined;
let timer: NodeJS.Timeout | undefined;

parentPort?.on('message', (next: Renewal) => {
  renewal = next;
  wire?.destroy();
  wire = undefined;
  clearTimeout(timer);
  void renew();
});
void renew();

/** A wire of its own. One on which nothing comes for a third of the lease is given up. */
async function opened(endpoint: Endpoint): Promise<Wire> {
  const fresh = new Wire(endpoint, setImmediate);
  const timeout = setTimeout(() => fresh.destroy(), lease / 3);
  try {
    await fresh.greet(endpoint);
    return fresh;
  } catch (error) {
    fresh.destroy();
    throw error;
  } finally {
    clearTimeout(timeout);
  }
}

/** Asks for another lease. It is counted from before it was asked for. */
async function renew(): Promise<void> {
  const { session, endpoint } = renewal;
  const asked = process.hrtime.bigint();
  let pause = lease / 3;
  let silence: NodeJS.Timeout | undefined;
  try {
    const used = (wire ??= await opened(endpoint));
    silence = setTimeout(() => used.destroy(), lease / 3);
    const reply = await used.ask(['EVAL', script, '0', `${session} 0`, '', String(lease)]);
    if (session !== renewal.session) return;
    if (String(reply) === '!lost') {
      parentPort?.postMessage(session);
      return;
    }
    Atomics.store(end, 0, asked + BigInt(Math.floor(lease * TRUSTED_SHARE * NANOSECONDS_PER_MS)));
  } catch {
    if (session !== renewal.session) return;
    wire?.destroy();
    wire = undefined;
    pause = lease / 20;
  } finally {
    clearTimeout(silence);
  }
  timer = setTimeout(() => void renew(), pause);
}
