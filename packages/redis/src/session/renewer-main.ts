import { parentPort, workerData } from 'node:worker_threads';
import { NANOSECONDS_PER_MS, TRUSTED_SHARE } from './renewal.js';
import type { Renewal, RenewalStart } from './renewal.js';
import { RenewalSocket } from './renewal-socket.js';

// The program of the worker thread that renews a lease, over a socket of its own. It imports nothing but what it needs for that.

const { lease, end, script, ...first } = workerData as RenewalStart;
let renewal: Renewal = first;
let socket: RenewalSocket | undefined;
let timer: NodeJS.Timeout | undefined;

parentPort?.on('message', (next: Renewal) => {
  renewal = next;
  socket?.destroy();
  socket = undefined;
  clearTimeout(timer);
  void renew();
});
void renew();

/** Asks for another lease. It is counted from before it was asked for. */
async function renew(): Promise<void> {
  const { session, endpoint } = renewal;
  const asked = process.hrtime.bigint();
  let pause = lease / 3;
  try {
    socket ??= await RenewalSocket.open(endpoint, lease / 3);
    const reply = await socket.command(['EVAL', script, '0', `${session} 0`, '', String(lease)]);
    if (session !== renewal.session) return;
    if (reply === '!lost') {
      parentPort?.postMessage(session);
      return;
    }
    Atomics.store(end, 0, asked + BigInt(Math.floor(lease * TRUSTED_SHARE * NANOSECONDS_PER_MS)));
  } catch {
    if (session !== renewal.session) return;
    socket?.destroy();
    socket = undefined;
    pause = lease / 20;
  }
  timer = setTimeout(() => void renew(), pause);
}
